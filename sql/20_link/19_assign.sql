-- step:     19 assign
-- asks:     Which free line and free record are each other's best, and how much speaks for that against all rivals?
-- vi:       Dòng sổ nào và hồ sơ nào hợp nhau nhất?
-- inputs:   assigned, entry, scored
-- grain:    entry_id, feed
-- params:   $bound, $settled_at
insert into assigned
with rival as (
    -- what is settled is settled; a link in doubt still speaks against its rivals
    select
        scored.*,
        entry.returned_on is not null as is_returned,
        of_entry.entry_id is null and of_record.record_id is null as is_free,
        -- sums of more bits than these would lose what the weaker rivals say
        pow(2, least(scored.weight, 40)) as odds
    from scored
    inner join entry on scored.entry_id = entry.entry_id
    left join assigned as of_entry on scored.entry_id = of_entry.entry_id and scored.feed = of_entry.feed
    left join assigned as of_record on scored.record_id = of_record.record_id
    where
        not coalesce(of_entry.is_settled, false)
        and not coalesce(of_record.is_settled, false)
),

ranked as (
    select
        *,
        sum(odds) over (partition by feed, entry_id) - odds as rivals_of_entry,
        sum(odds) over (partition by record_id) - odds as rivals_of_record,
        row_number() over (
            partition by feed, entry_id
            order by is_free desc, weight desc, record_id asc
        ) as place_for_entry,
        row_number() over (
            partition by record_id
            order by is_free desc, weight desc, is_returned desc, entry_id asc
        ) as place_for_record
    from rival
),

best as (
    select
        *,
        -- two lines with one code are one dossier written twice (M10), not rivals for its record
        weight - log2(
            1 + case when is_same_code then rivals_of_entry else greatest(rivals_of_entry, rivals_of_record) end
        ) as bits
    from ranked
    where is_free and place_for_entry = 1 and place_for_record = 1
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
    bits,
    bits >= $settled_at as is_settled
from best
where bits >= $bound
