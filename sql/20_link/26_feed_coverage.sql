-- step:     26 feed_coverage
-- asks:     Over which days of receipt can each feed speak of each unit?
-- vi:       Mỗi phần mềm có dữ liệu của những ngày nào?
-- inputs:   case_record, source_file
-- grain:    feed, unit_key, covers_from, covers_until
-- params:   $gap_days
create or replace table feed_coverage as
with counted_day as (
    select
        file_id,
        feed,
        unit_key,
        received_on,
        count(*) as records
    from case_record
    where received_on is not null
    group by all
),

gapped as (
    select
        *,
        received_on - lag(received_on) over (
            partition by file_id, feed, unit_key
            order by received_on
        ) > $gap_days as begins_run
    from counted_day
),

numbered as (
    select
        *,
        sum(begins_run::int) over (
            partition by file_id, feed, unit_key
            order by received_on
        ) as run
    from gapped
),

run as (
    select
        file_id,
        feed,
        unit_key,
        min(received_on) as covers_from,
        max(received_on) as covers_until,
        sum(records) as records,
        sum(sum(records)) over (partition by file_id, feed, unit_key) as records_of_file
    from numbered
    group by file_id, feed, unit_key, coalesce(run, 0)
)

select distinct
    run.feed,
    run.unit_key,
    coalesce(source_file.covers_from, run.covers_from) as covers_from,
    coalesce(source_file.covers_until, run.covers_until) as covers_until
from run
inner join source_file on run.file_id = source_file.file_id
where run.records >= 3 or run.records >= 0.1 * run.records_of_file
