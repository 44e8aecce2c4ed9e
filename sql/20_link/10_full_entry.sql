-- step:     10 full_entry
-- asks:     What do the lines that need a closer look say, words too? The others are compared by numbers alone.
-- vi:       Các dòng sổ cần xem kỹ ghi những gì?
-- inputs:   candidate, certain, entry, logbook_entry
-- grain:    entry_id
-- params:   none
create or replace table full_entry as
with looked_at as (
    select entry_id
    from candidate
    union
    select entry_id
    from certain
    where agreement is null
)

select
    entry.entry_id,
    entry.code_key,
    entry.is_repaired,
    entry.unit_key,
    entry.received_on,
    entry.code_on,
    entry.serial,
    entry.procedure_id,
    entry.due_on,
    entry.returned_on,
    logbook_entry.applicant_key,
    logbook_entry.procedure_key,
    logbook_entry.phone,
    logbook_entry.address_key
from looked_at
inner join entry on looked_at.entry_id = entry.entry_id
inner join logbook_entry on looked_at.entry_id = logbook_entry.entry_id
