-- step:     11 full_record
-- asks:     What do the records that need a closer look say, words too? The others are compared by numbers alone.
-- vi:       Các hồ sơ cần xem kỹ ghi những gì?
-- inputs:   candidate, case_record, certain, record
-- grain:    record_id
-- params:   none
create or replace table full_record as
with looked_at as (
    select record_id
    from candidate
    union
    select record_id
    from certain
    where agreement is null
)

select
    record.record_id,
    record.feed,
    record.code_key,
    record.alias_key,
    record.is_repaired,
    record.unit_key,
    record.received_on,
    record.code_on,
    record.serial,
    record.procedure_id,
    record.due_on,
    record.finished_on,
    case_record.applicant_key,
    case_record.procedure_key,
    case_record.phone,
    case_record.address_key
from looked_at
inner join record on looked_at.record_id = record.record_id
inner join case_record on looked_at.record_id = case_record.record_id
