-- step:     12 procedure_likeness
-- asks:     Which two ways of writing a procedure that meet in a pair are alike, by their words or in certain links?
-- vi:       Hai cách viết tên thủ tục nào gần giống nhau, hoặc vẫn được dùng cho nhau?
-- inputs:   candidate, certain, full_entry, full_record
-- grain:    entry_procedure, record_procedure
-- params:   none
create or replace table procedure_likeness as
with certainly as (
    select
        full_entry.procedure_key as entry_procedure,
        full_record.procedure_key as record_procedure,
        count(*) as lines
    from certain
    inner join full_entry on certain.entry_id = full_entry.entry_id
    inner join full_record on certain.record_id = full_record.record_id
    where certain.agreement is null and full_entry.procedure_key <> full_record.procedure_key
    group by all
),

perhaps as (
    select distinct
        full_entry.procedure_key as entry_procedure,
        full_record.procedure_key as record_procedure
    from candidate
    inner join full_entry on candidate.entry_id = full_entry.entry_id
    inner join full_record on candidate.record_id = full_record.record_id
    where full_entry.procedure_key <> full_record.procedure_key
),

known as (
    select
        entry_procedure,
        sum(lines) as lines
    from certainly
    group by entry_procedure
),

meeting as (
    select
        entry_procedure,
        record_procedure
    from certainly
    union
    from perhaps
)

select
    meeting.entry_procedure,
    meeting.record_procedure,
    case
        -- what a clerk calls it: a fifth of the certain links of these words, and not by accident
        when certainly.lines >= 2 and certainly.lines >= 0.2 * known.lines then 3
        when
            jaro_winkler_similarity(meeting.entry_procedure, meeting.record_procedure) >= 0.9
            or list_has_all(
                string_split(meeting.record_procedure, ' '), string_split(meeting.entry_procedure, ' ')
            )
            or list_has_all(
                string_split(meeting.entry_procedure, ' '), string_split(meeting.record_procedure, ' ')
            )
            then 2
        -- differs, and how much that says depends on whether the words are known to mean something else
        when known.lines >= 4 then 4
        else 5
    end as level,
    -- of the certain links of these words so many are of this procedure
    certainly.lines / known.lines as share
from meeting
left join certainly
    on
        meeting.entry_procedure = certainly.entry_procedure
        and meeting.record_procedure = certainly.record_procedure
left join known on meeting.entry_procedure = known.entry_procedure
