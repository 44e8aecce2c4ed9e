-- step:     10 pair
-- asks:     What do both sides of each pair that needs a closer look say?
-- vi:       Hai bên của mỗi cặp cần xem kỹ ghi những gì?
-- inputs:   candidate, certain, entry, record
-- grain:    entry_id, record_id
-- params:   none
create or replace table pair as
with looked_at as (
    select
        entry_id,
        record_id,
        true as is_certain
    from certain
    where agreement is null
    union all by name
    select
        entry_id,
        record_id,
        false as is_certain
    from candidate
)

select
    looked_at.entry_id,
    looked_at.record_id,
    looked_at.is_certain,
    record.feed,
    entry.code_key as entry_code,
    record.code_key as record_code,
    record.alias_key as record_second_code,
    entry.is_repaired or record.is_repaired as is_repaired,
    entry.serial = record.serial as is_same_serial,
    entry.code_on = record.code_on and entry.unit_key = record.unit_key as is_same_code_day,
    record.code_on as record_code_on,
    record.serial as record_serial,
    entry.applicant_id as entry_applicant,
    record.applicant_id as record_applicant,
    entry.procedure_id as entry_procedure,
    record.procedure_id as record_procedure,
    entry.phone as entry_phone,
    record.phone as record_phone,
    entry.address_id as entry_address,
    record.address_id as record_address,
    entry.received_on as entry_received_on,
    record.received_on as record_received_on,
    entry.due_on as entry_due_on,
    record.due_on as record_due_on,
    entry.returned_on as entry_returned_on,
    record.finished_on as record_finished_on
from looked_at
inner join entry on looked_at.entry_id = entry.entry_id
inner join record on looked_at.record_id = record.record_id
