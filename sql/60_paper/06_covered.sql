-- step:     06 covered
-- asks:     Of which days of receipt does each source speak, and with how many rows?
-- vi:       Mỗi nguồn có hồ sơ tiếp nhận của những ngày nào, bao nhiêu dòng?
-- inputs:   case_record, coverage, logbook_entry
-- grain:    feed
-- params:   none
create or replace table covered as
with row_count as (
    select
        feed,
        count(*)::integer as rows
    from case_record
    group by feed
    union all by name
    select
        'logbook' as feed,
        count(*)::integer as rows
    from logbook_entry
    having count(*) > 0
),

span as (
    select
        feed,
        min(covers_from) as covers_from,
        max(covers_until) as covers_until
    from coverage
    group by feed
)

select
    row_count.feed,
    row_count.rows,
    span.covers_from,
    span.covers_until
from row_count
left join span on row_count.feed = span.feed
