-- step:     01 dossier
-- asks:     On which day was each dossier solved by the software's word, and on which after a look at the book?
-- vi:       Mỗi hồ sơ giải quyết xong ngày nào theo phần mềm, ngày nào sau đối chiếu sổ?
-- inputs:   case_record, link, logbook_entry, mandatory_feed
-- grain:    dossier_key
-- params:   $until
create or replace table dossier as
with book as (
    select
        link.record_id,
        min(link.entry_id) as entry_id,
        min(logbook_entry.returned_on) as returned_on
    from link
    inner join logbook_entry on link.entry_id = logbook_entry.entry_id
    where not link.needs_review
    group by link.record_id
),

-- records of one code, or of one line of the book, are one dossier, whichever feeds hold it
line_of_code as (
    select
        case_record.code_id,
        min(book.entry_id) as entry_id
    from case_record
    inner join book on case_record.record_id = book.record_id
    where case_record.code_id is not null
    group by case_record.code_id
),

record as (
    select
        case_record.record_id,
        case_record.feed,
        case_record.state,
        case_record.channel,
        case_record.agency,
        case_record.is_interlinked,
        case_record.procedure_name,
        case_record.field_name,
        case_record.due_on,
        coalesce(case_record.received_on, case_record.code_on) as received_on,
        coalesce(case_record.finished_on, case_record.returned_on) as finished_on,
        book.entry_id,
        book.returned_on,
        coalesce(
            'line ' || coalesce(line_of_code.entry_id, book.entry_id),
            'code ' || case_record.code_id,
            'record ' || case_record.record_id
        ) as dossier_key
    from case_record
    left join book on case_record.record_id = book.record_id
    left join line_of_code on case_record.code_id = line_of_code.code_id
),

told as (
    select
        record.* exclude (received_on, returned_on, entry_id),
        min(record.received_on) over (partition by record.dossier_key) as received_on,
        min(record.entry_id) over (partition by record.dossier_key) as entry_id,
        -- what happened after the report's last day has not happened yet
        min(case when record.returned_on <= $until then record.returned_on end)
            over (partition by record.dossier_key) as book_returned_on,
        min(record.returned_on) over (partition by record.dossier_key) as first_returned_on,
        record.state in ('closed', 'done', 'withdrawn') as is_ended,
        record.feed = mandatory_feed.feed as is_mandatory
    from record
    left join mandatory_feed on lower(record.field_name) = mandatory_feed.field_name
    where record.state in ('open', 'paused', 'closed', 'done', 'withdrawn')
),

solved as (
    select
        *,
        -- ended on a day that nobody wrote down: the earliest there can be
        case when is_ended then greatest(coalesce(finished_on, received_on), received_on) end as software_ended_on,
        -- a result that waited for the citizen was ready before it was handed over; of an end that nobody wrote down
        -- every month's paper says the same day
        case
            when is_ended or first_returned_on is not null
                then
                    greatest(
                        coalesce(least(case when is_ended then finished_on end, first_returned_on), received_on),
                        received_on
                    )
        end as book_ended_on
    from told
    where received_on <= $until
),

-- of several feeds the one that must hold the field's dossiers speaks, else the one that says the worst
ranked as (
    select
        * exclude (state),
        case when software_ended_on > $until then 'open' else state end as state,
        case when software_ended_on <= $until then software_ended_on end as software_solved_on,
        case when book_ended_on <= $until then book_ended_on end as book_solved_on,
        is_ended and finished_on is null as has_no_end_day,
        row_number() over (
            partition by dossier_key
            order by
                is_mandatory desc nulls last,
                software_ended_on desc nulls first,
                due_on asc nulls last,
                feed asc,
                record_id asc
        ) as place
    from solved
)

select
    dossier_key,
    record_id,
    entry_id,
    feed,
    state,
    channel,
    agency,
    is_interlinked,
    procedure_name,
    nullif(trim(field_name), '') as field_name,
    lower(nullif(trim(field_name), '')) as field_key,
    received_on,
    due_on,
    book_returned_on,
    software_solved_on,
    book_solved_on,
    has_no_end_day
from ranked
where place = 1
