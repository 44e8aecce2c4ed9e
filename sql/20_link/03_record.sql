-- step:     03 record
-- asks:     What does each case record say that can be compared, and how common is it in its unit?
-- vi:       Mỗi hồ sơ trên phần mềm cho biết gì để so khớp, và điều đó có hay gặp không?
-- inputs:   case_record
-- grain:    record_id
-- params:   none
create or replace table record as
with comparable as (
    select
        record_id,
        feed,
        code_key,
        code_repair is not null as is_repaired,
        unit_key,
        coalesce(received_on, code_on) as received_on,
        code_on,
        serial,
        applicant_key,
        procedure_key,
        phone,
        address_key,
        due_on,
        coalesce(finished_on, returned_on) as finished_on
    from case_record
),

unit_frequency as (
    select
        feed,
        unit_key,
        count(*) as records
    from comparable
    group by all
),

day_frequency as (
    select
        feed,
        unit_key,
        received_on,
        count(*) as records
    from comparable
    group by all
),

applicant_frequency as (
    select
        feed,
        unit_key,
        applicant_key,
        count(*) as records
    from comparable
    group by all
),

procedure_frequency as (
    select
        feed,
        unit_key,
        procedure_key,
        count(*) as records
    from comparable
    group by all
)

select
    comparable.*,
    unit_frequency.records as unit_records,
    day_frequency.records as day_records,
    applicant_frequency.records as applicant_records,
    procedure_frequency.records as procedure_records
from comparable
inner join unit_frequency
    on comparable.feed = unit_frequency.feed and comparable.unit_key = unit_frequency.unit_key
left join day_frequency
    on
        comparable.feed = day_frequency.feed
        and comparable.unit_key = day_frequency.unit_key
        and comparable.received_on = day_frequency.received_on
left join applicant_frequency
    on
        comparable.feed = applicant_frequency.feed
        and comparable.unit_key = applicant_frequency.unit_key
        and comparable.applicant_key = applicant_frequency.applicant_key
left join procedure_frequency
    on
        comparable.feed = procedure_frequency.feed
        and comparable.unit_key = procedure_frequency.unit_key
        and comparable.procedure_key = procedure_frequency.procedure_key
