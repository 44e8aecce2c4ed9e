-- step:     15 repeated_line
-- asks:     Which lines are a linked record's line written once more?
-- vi:       Dòng nào là dòng ghi lặp của hồ sơ đã khớp?
-- inputs:   link, scored
-- grain:    entry_id
-- params:   $duplicate_at
create or replace table repeated_line as
with ranked as (
    select
        scored.entry_id,
        scored.record_id,
        scored.feed,
        1 / (1 + pow(2, -scored.weight)) as score,
        row_number() over (partition by scored.entry_id order by scored.weight desc, scored.record_id) as place
    from scored
)

select
    ranked.entry_id,
    ranked.record_id,
    ranked.feed,
    link.entry_id as first_entry_id,
    ranked.score
from ranked
inner join link on ranked.record_id = link.record_id
where ranked.place = 1 and ranked.score >= $duplicate_at
