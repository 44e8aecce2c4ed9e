-- step:     25 logbook_coverage
-- asks:     Over which days can each unit's books speak? Days outside are nobody's evidence.
-- vi:       Sổ của mỗi đơn vị ghi những ngày nào?
-- inputs:   entry, logbook_entry, source_file
-- grain:    unit_key, covers_from, covers_until
-- params:   $gap_days
create or replace table logbook_coverage as
with counted_day as (
    select
        logbook_entry.file_id,
        logbook_entry.book_no,
        entry.unit_key,
        logbook_entry.received_on,
        count(*) as lines
    from logbook_entry
    inner join entry on logbook_entry.entry_id = entry.entry_id
    where logbook_entry.received_on is not null and entry.unit_key is not null
    group by all
),

gapped as (
    select
        *,
        received_on - lag(received_on) over (
            partition by file_id, book_no, unit_key
            order by received_on
        ) > $gap_days as begins_run
    from counted_day
),

numbered as (
    select
        *,
        sum(begins_run::int) over (
            partition by file_id, book_no, unit_key
            order by received_on
        ) as run
    from gapped
),

run as (
    select
        file_id,
        book_no,
        unit_key,
        min(received_on) as covers_from,
        max(received_on) as covers_until,
        sum(lines) as lines,
        sum(sum(lines)) over (partition by file_id, book_no, unit_key) as lines_of_book
    from numbered
    group by file_id, book_no, unit_key, coalesce(run, 0)
)

select distinct
    run.unit_key,
    coalesce(source_file.covers_from, run.covers_from) as covers_from,
    coalesce(source_file.covers_until, run.covers_until) as covers_until
from run
inner join source_file on run.file_id = source_file.file_id
-- a lone line far from all others is a mistyped day, not a period of the book
where run.lines >= 3 or run.lines >= 0.1 * run.lines_of_book
