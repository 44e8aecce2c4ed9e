-- rule:     M10 duplicate_code
-- asks:     Does one code stand twice in the books or in a feed, or for two people, or is a line written twice?
-- vi:       Một mã ghi nhiều lần, hoặc một mã cho hai người
-- inputs:   case_record, entry, logbook_entry, repeated_code, repeated_line, source_file
-- grain:    entry_id, record_id
-- params:   none
-- rests_on: none
-- severity: review
with code_twice_in_logbook as (
    select code_id
    from repeated_code
    where feed is null
),

repetition as (
    -- the same dossier under another or no code: told with the line that holds its record
    select
        repeated_line.entry_id,
        repeated_line.first_entry_id
    from repeated_line
    inner join entry as first_entry on repeated_line.first_entry_id = first_entry.entry_id
    inner join entry as this_entry on repeated_line.entry_id = this_entry.entry_id
    where
        not repeated_line.is_own_dossier
        and coalesce(this_entry.code_id <> first_entry.code_id, true)
        -- a copied code: the line is told for that one
        and not exists (from code_twice_in_logbook where code_twice_in_logbook.code_id = this_entry.code_id)
),

line as (
    select
        entry_id,
        code_id as dossier,
        applicant_id,
        entry_id as place,
        false as is_repetition
    from entry
    where exists (from code_twice_in_logbook where code_twice_in_logbook.code_id = entry.code_id)
    union all by name
    select
        first_entry_id as entry_id,
        entry_id as dossier,
        null as applicant_id,
        0 as place,
        true as is_repetition
    from repetition
    union all by name
    select
        entry_id,
        entry_id as dossier,
        null as applicant_id,
        1 as place,
        true as is_repetition
    from repetition
),

written as (
    select
        line.entry_id,
        null::uinteger as record_id,
        null::varchar as feed,
        line.dossier,
        line.applicant_id,
        line.place,
        line.is_repetition,
        logbook_entry.file_id,
        logbook_entry.row
    from line
    inner join logbook_entry on line.entry_id = logbook_entry.entry_id
    union all by name
    select
        null::uinteger as entry_id,
        record_id,
        feed,
        code_id as dossier,
        applicant_id,
        record_id as place,
        false as is_repetition,
        file_id,
        row
    from case_record
    where
        exists (
            from repeated_code
            where repeated_code.feed = case_record.feed and repeated_code.code_id = case_record.code_id
        )
),

found as (
    select
        written.feed,
        written.is_repetition,
        case when written.is_repetition then written.dossier else max(written.entry_id) end as entry_id,
        max(written.record_id) as record_id,
        count(distinct written.applicant_id) > 1 as has_two_people,
        array_to_string(
            case
                when count(distinct written.file_id) > 1
                    then
                        list(
                            regexp_replace(source_file.file, '^.*/', '', 'g') || ':' || written.row
                            order by written.place
                        )
                else list(written.row::varchar order by written.place)
            end,
            ', '
        ) as rows
    from written
    inner join source_file on written.file_id = source_file.file_id
    group by written.feed, written.is_repetition, written.dossier
)

select
    entry_id,
    record_id,
    feed,
    true as needs_review,
    'review' as severity,
    null::varchar as urgency,
    null::date as close_by,
    [{
        phrase: case
            when is_repetition then 'line_twice'
            when feed is null and has_two_people then 'code_of_two_people_in_logbook'
            when feed is null then 'code_twice_in_logbook'
            when has_two_people then 'code_of_two_people_in_feed'
            else 'code_twice_in_feed'
        end,
        logbook: rows,
        software: rows
    }] as detail
from found
