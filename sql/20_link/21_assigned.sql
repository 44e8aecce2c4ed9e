-- step:     21 assigned
-- asks:     How much speaks for each claim against every exchange with a rival, who would have to give up a claim?
-- vi:       Cặp nào vẫn hợp hơn mọi cách hoán đổi với cặp khác?
-- inputs:   claimed, scored
-- grain:    entry_id, feed
-- params:   $considered_at
create or replace table assigned as
with rival as (
    -- the line with another record, whose own line must then take this record or none
    select
        claimed.entry_id,
        claimed.record_id,
        true as is_of_entry,
        other.weight,
        holder.weight as holder_weight,
        swapped.weight as swapped_weight
    from claimed
    inner join scored as other
        on
            claimed.entry_id = other.entry_id
            and claimed.feed = other.feed
            and claimed.record_id <> other.record_id
    left join claimed as holder on other.record_id = holder.record_id
    left join scored as swapped on holder.entry_id = swapped.entry_id and claimed.record_id = swapped.record_id
    union all by name
    -- the record with another line, whose own record must then take this line or none
    select
        claimed.entry_id,
        claimed.record_id,
        false as is_of_entry,
        other.weight,
        holder.weight as holder_weight,
        swapped.weight as swapped_weight
    from claimed
    inner join scored as other on claimed.record_id = other.record_id and claimed.entry_id <> other.entry_id
    left join claimed as holder on other.entry_id = holder.entry_id and claimed.feed = holder.feed
    left join scored as swapped on claimed.entry_id = swapped.entry_id and holder.record_id = swapped.record_id
),

weakened as (
    select
        entry_id,
        record_id,
        is_of_entry,
        -- a rival is as strong as it is over what its holder would lose
        pow(
            2,
            weight - greatest(0, coalesce(holder_weight - log2(1 + pow(2, coalesce(swapped_weight, -50))), 0))
        ) as odds
    from rival
),

exchange as (
    select
        entry_id,
        record_id,
        sum(odds) filter (where is_of_entry) as odds_for_entry,
        sum(odds) filter (where not is_of_entry) as odds_for_record
    from weakened
    group by entry_id, record_id
),

weighed as (
    select
        scored.*,
        -- two lines with one code are one dossier written twice (M10), not rivals for its record
        scored.weight - log2(
            1
            + case
                when scored.is_same_code then coalesce(exchange.odds_for_entry, 0)
                else greatest(coalesce(exchange.odds_for_entry, 0), coalesce(exchange.odds_for_record, 0))
            end
        ) as bits
    from claimed
    inner join scored on claimed.entry_id = scored.entry_id and claimed.record_id = scored.record_id
    left join exchange on claimed.entry_id = exchange.entry_id and claimed.record_id = exchange.record_id
)

select
    entry_id,
    record_id,
    feed,
    method,
    agreement,
    chance,
    by_day,
    by_code,
    by_applicant,
    by_procedure,
    by_place,
    weight,
    bits
from weighed
where bits >= $considered_at
