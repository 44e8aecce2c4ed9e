-- step:     20 claimed
-- asks:     Which free line and free record weigh most for each other? Round by round this is greedy by weight.
-- vi:       Dòng sổ và hồ sơ nào hợp nhau nhất trong những gì còn lại?
-- inputs:   claimed, scored
-- grain:    entry_id, feed
-- params:   $considered_at
insert into claimed
with free as (
    select
        *,
        -- what weighs the same is taken in the order of book and day, not in that of the export's rows
        round(weight, 6) as rounded_weight
    from scored
    where
        scored.weight >= $considered_at
        and not scored.is_taken
        and not exists (
            from claimed
            where claimed.entry_id = scored.entry_id and claimed.feed = scored.feed
        )
        and not exists (from claimed where claimed.record_id = scored.record_id)
),

ranked as (
    select
        *,
        row_number() over (
            partition by feed, entry_id
            order by rounded_weight desc, serial asc, code_id asc, record_id asc
        ) as place_for_entry,
        row_number() over (
            partition by record_id
            order by rounded_weight desc, is_returned desc, entry_id asc
        ) as place_for_record
    from free
)

select
    entry_id,
    record_id,
    feed,
    weight
from ranked
where place_for_entry = 1 and place_for_record = 1
