-- step:     13 procedure_likeness
-- asks:     Which two ways of writing a procedure that meet in a pair are alike, by their words or in certain links?
-- vi:       Hai cách viết tên thủ tục nào gần giống nhau, hoặc vẫn được dùng cho nhau?
-- inputs:   candidate, known_procedure, procedure
-- grain:    entry_procedure, record_procedure
-- params:   none
create or replace table procedure_likeness as
with meeting as (
    select
        entry_procedure,
        record_procedure
    from candidate
    where entry_procedure <> record_procedure
    union
    select
        entry_procedure,
        record_procedure
    from known_procedure
),

known as (
    select distinct
        entry_procedure,
        lines_of_words
    from known_procedure
)

select
    meeting.entry_procedure,
    meeting.record_procedure,
    case
        -- what a clerk calls it: a fifth of the certain links of these words, and not by accident
        when known_procedure.lines >= 2 and known_procedure.lines >= 0.2 * known.lines_of_words then 3
        when
            jaro_winkler_similarity(entry_words.procedure_key, record_words.procedure_key) >= 0.9
            or list_has_all(
                string_split(record_words.procedure_key, ' '), string_split(entry_words.procedure_key, ' ')
            )
            or list_has_all(
                string_split(entry_words.procedure_key, ' '), string_split(record_words.procedure_key, ' ')
            )
            then 2
        -- differs, and how much that says depends on whether the words are known to mean something else
        when known.lines_of_words >= 4 then 4
        else 5
    end as level,
    -- of the certain links of these words so many are of this procedure
    known_procedure.lines / known.lines_of_words as share
from meeting
inner join procedure as entry_words on meeting.entry_procedure = entry_words.procedure_id
inner join procedure as record_words on meeting.record_procedure = record_words.procedure_id
left join known_procedure
    on
        meeting.entry_procedure = known_procedure.entry_procedure
        and meeting.record_procedure = known_procedure.record_procedure
left join known on meeting.entry_procedure = known.entry_procedure
