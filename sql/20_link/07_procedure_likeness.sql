-- step:     07 procedure_likeness
-- asks:     Which two ways of writing a procedure that meet in a pair are alike? Decided once for each two texts.
-- vi:       Hai cách viết tên thủ tục nào gần giống nhau?
-- inputs:   entry, pair, record
-- grain:    entry_procedure, record_procedure
-- params:   none
create or replace table procedure_likeness as
with meeting as (
    select distinct
        entry.procedure_key as entry_procedure,
        record.procedure_key as record_procedure
    from pair
    inner join entry on pair.entry_id = entry.entry_id
    inner join record on pair.record_id = record.record_id
    where entry.procedure_key <> record.procedure_key
)

select
    entry_procedure,
    record_procedure
from meeting
where
    jaro_winkler_similarity(entry_procedure, record_procedure) >= 0.9
    or list_has_all(string_split(record_procedure, ' '), string_split(entry_procedure, ' '))
    or list_has_all(string_split(entry_procedure, ' '), string_split(record_procedure, ' '))
