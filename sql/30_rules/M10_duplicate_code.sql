-- rule:     M10 duplicate_code
-- asks:     Does one code stand twice in the books or in a feed, or for two people, or is a line written twice?
-- vi:       Một mã ghi nhiều lần, hoặc một mã cho hai người
-- inputs:   case_record, entry, logbook_entry, repeated_code, repeated_line, source_file
-- grain:    entry_id, record_id
-- params:   none
-- rests_on: none
-- severity: review
with place as (
    -- told where not all rows are of one file
    select
        file_id,
        regexp_replace(file, '^.*/', '', 'g') || ':' as file_name
    from source_file
),

code_twice_in_logbook as (
    select code_id
    from repeated_code
    where feed is null
),

line_of_code as (
    select
        entry_id,
        code_id,
        applicant_id
    from entry
    where exists (from code_twice_in_logbook where code_twice_in_logbook.code_id = entry.code_id)
),

coded_line as (
    select
        line_of_code.entry_id,
        line_of_code.code_id as dossier,
        line_of_code.applicant_id,
        logbook_entry.file_id,
        logbook_entry.row
    from line_of_code
    inner join logbook_entry on line_of_code.entry_id = logbook_entry.entry_id
),

repeated_without_code as (
    -- the same dossier under another or no code: told with the line that holds its record
    select
        repeated_line.entry_id,
        repeated_line.first_entry_id,
        first_line.file_id as first_file_id,
        first_line.row as first_row,
        this_line.file_id,
        this_line.row
    from repeated_line
    inner join logbook_entry as first_line on repeated_line.first_entry_id = first_line.entry_id
    inner join logbook_entry as this_line on repeated_line.entry_id = this_line.entry_id
    inner join entry as first_entry on repeated_line.first_entry_id = first_entry.entry_id
    inner join entry as this_entry on repeated_line.entry_id = this_entry.entry_id
    where
        not repeated_line.is_own_dossier
        and coalesce(this_entry.code_id <> first_entry.code_id, true)
        -- a copied code: the line is told for that one
        and not exists (from code_twice_in_logbook where code_twice_in_logbook.code_id = this_entry.code_id)
),

in_logbook as (
    select
        max(entry_id) as entry_id,
        count(distinct applicant_id) > 1 as has_two_people,
        array_to_string(
            case
                when count(distinct coded_line.file_id) > 1
                    then list(place.file_name || coded_line.row order by entry_id)
                else list(coded_line.row::varchar order by entry_id)
            end,
            ', '
        ) as rows
    from coded_line
    inner join place on coded_line.file_id = place.file_id
    group by dossier
),

in_feed as (
    select
        max(record_id) as record_id,
        feed,
        count(distinct applicant_id) > 1 as has_two_people,
        array_to_string(
            case
                when count(distinct case_record.file_id) > 1
                    then list(place.file_name || case_record.row order by record_id)
                else list(case_record.row::varchar order by record_id)
            end,
            ', '
        ) as rows
    from case_record
    inner join place on case_record.file_id = place.file_id
    where
        exists (
            from repeated_code
            where repeated_code.feed = case_record.feed and repeated_code.code_id = case_record.code_id
        )
    group by feed, code_id
),

found as (
    select
        entry_id,
        null::uinteger as record_id,
        null::varchar as feed,
        case when has_two_people then 'code_of_two_people_in_logbook' else 'code_twice_in_logbook' end as phrase,
        rows
    from in_logbook
    union all by name
    select
        null::uinteger as entry_id,
        record_id,
        feed,
        case when has_two_people then 'code_of_two_people_in_feed' else 'code_twice_in_feed' end as phrase,
        rows
    from in_feed
    union all by name
    select
        entry_id,
        null::uinteger as record_id,
        null::varchar as feed,
        'line_twice' as phrase,
        case
            when repeated_without_code.file_id = repeated_without_code.first_file_id
                then repeated_without_code.first_row || ', ' || repeated_without_code.row
            else
                first_place.file_name || repeated_without_code.first_row
                || ', ' || place.file_name || repeated_without_code.row
        end as rows
    from repeated_without_code
    inner join place on repeated_without_code.file_id = place.file_id
    inner join place as first_place on repeated_without_code.first_file_id = first_place.file_id
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
        phrase: phrase,
        logbook: rows,
        software: rows
    }] as detail
from found
