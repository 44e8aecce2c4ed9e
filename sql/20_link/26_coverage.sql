-- step:     26 coverage
-- asks:     Over which days of receipt can the books and each feed speak of each unit? Days outside are no evidence.
-- vi:       Sổ và mỗi phần mềm có dữ liệu của những ngày nào?
-- inputs:   case_record, entry, logbook_entry, source_file
-- grain:    feed, unit_key, covers_from, covers_until
-- params:   $gap_days
create or replace table coverage as
with dated as (
    select
        logbook_entry.file_id,
        'logbook' as feed,
        logbook_entry.book_no,
        entry.unit_key,
        logbook_entry.received_on
    from logbook_entry
    inner join entry on logbook_entry.entry_id = entry.entry_id
    where entry.unit_key is not null
    union all by name
    select
        file_id,
        feed,
        null as book_no,
        unit_key,
        received_on
    from case_record
),

counted_day as (
    select
        *,
        count(*) as rows
    from dated
    where received_on is not null
    group by all
),

gapped as (
    select
        *,
        received_on - lag(received_on) over (
            partition by file_id, feed, book_no, unit_key
            order by received_on
        ) > $gap_days as begins_run
    from counted_day
),

numbered as (
    select
        *,
        sum(begins_run::int) over (
            partition by file_id, feed, book_no, unit_key
            order by received_on
        ) as run
    from gapped
),

run as (
    select
        file_id,
        feed,
        book_no,
        unit_key,
        min(received_on) as covers_from,
        max(received_on) as covers_until,
        sum(rows) as rows,
        sum(sum(rows)) over (partition by file_id, feed, book_no, unit_key) as rows_of_all_runs
    from numbered
    group by file_id, feed, book_no, unit_key, coalesce(run, 0)
)

select distinct
    run.feed,
    run.unit_key,
    greatest(coalesce(source_file.covers_from, run.covers_from), source_file.speaks_from) as covers_from,
    coalesce(source_file.covers_until, run.covers_until) as covers_until
from run
inner join source_file on run.file_id = source_file.file_id
-- a lone row far from all others is a mistyped day, not a period of the source
where run.rows >= 3 or run.rows >= 0.1 * run.rows_of_all_runs
