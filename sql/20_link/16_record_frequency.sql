-- step:     16 record_frequency
-- asks:     How common in its unit is what each contested record says? A rare name says more than a common one.
-- vi:       Điều ghi ở mỗi hồ sơ có hay gặp trong đơn vị không?
-- inputs:   candidate, record
-- grain:    record_id
-- params:   none
create or replace table record_frequency as
with contested as (
    select
        record_id,
        feed,
        unit_key,
        received_on,
        applicant_id,
        procedure_id
    from record
    where exists (from candidate where candidate.record_id = record.record_id)
),

of_unit as (
    select
        feed,
        unit_key,
        count(*) as records
    from record
    group by feed, unit_key
),

of_day as (
    select
        feed,
        unit_key,
        received_on,
        count(*) as records
    from record
    group by feed, unit_key, received_on
),

of_procedure as (
    select
        feed,
        unit_key,
        procedure_id,
        count(*) as records
    from record
    group by feed, unit_key, procedure_id
),

of_applicant as (
    select
        feed,
        unit_key,
        applicant_id,
        count(*) as records
    from record
    where
        exists (
            from contested
            where
                contested.feed = record.feed
                and contested.unit_key = record.unit_key
                and contested.applicant_id = record.applicant_id
        )
    group by feed, unit_key, applicant_id
)

select
    contested.record_id,
    of_unit.records as unit_records,
    of_day.records as day_records,
    of_procedure.records as procedure_records,
    of_applicant.records as applicant_records
from contested
left join of_unit
    on contested.feed = of_unit.feed and contested.unit_key = of_unit.unit_key
left join of_day
    on
        contested.feed = of_day.feed
        and contested.unit_key = of_day.unit_key
        and contested.received_on = of_day.received_on
left join of_procedure
    on
        contested.feed = of_procedure.feed
        and contested.unit_key = of_procedure.unit_key
        and contested.procedure_id = of_procedure.procedure_id
left join of_applicant
    on
        contested.feed = of_applicant.feed
        and contested.unit_key = of_applicant.unit_key
        and contested.applicant_id = of_applicant.applicant_id
