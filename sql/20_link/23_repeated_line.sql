-- step:     23 repeated_line
-- asks:     Which lines are a linked record's line written once more?
-- vi:       Dòng nào là dòng ghi lặp của hồ sơ đã khớp?
-- inputs:   link, scored
-- grain:    entry_id
-- params:   $duplicate_at
create or replace table repeated_line as
with possible as (
    select
        entry_id,
        record_id,
        feed,
        weight
    from scored
    where
        -- a code of its own, or another procedure without one, is another dossier of the same person
        agreement % 8 in (1, 6)
        or (agreement % 8 in (0, 2, 5) and agreement // 4096 % 8 not in (4, 5))
),

ranked as (
    select
        *,
        1 / (1 + pow(2, -weight)) as score,
        row_number() over (partition by entry_id order by weight desc, record_id asc) as place
    from possible
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
