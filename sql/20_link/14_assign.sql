-- step:     14 assign
-- asks:     Which free line and free record are each other's best, and how sure is that against all their rivals?
-- vi:       Dòng sổ nào và hồ sơ nào hợp nhau nhất?
-- inputs:   assigned, entry, scored
-- grain:    entry_id, feed
-- params:   $assert_at, $bound
insert into assigned
with rival as (
    -- what is asserted is settled; a link in doubt still speaks against its rivals
    select
        scored.*,
        entry.returned_on is not null as is_returned,
        of_entry.entry_id is null and of_record.record_id is null as is_free,
        pow(2, scored.weight) as odds
    from scored
    inner join entry on scored.entry_id = entry.entry_id
    left join assigned as of_entry on scored.entry_id = of_entry.entry_id and scored.feed = of_entry.feed
    left join assigned as of_record on scored.record_id = of_record.record_id
    where
        not scored.is_certain
        and coalesce(of_entry.needs_review, true)
        and coalesce(of_record.needs_review, true)
),

ranked as (
    select
        *,
        sum(odds) over (partition by feed, entry_id) as odds_of_entry,
        sum(odds) over (partition by record_id) as odds_of_record,
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
        odds / (1 + case when is_same_code then odds_of_entry else greatest(odds_of_entry, odds_of_record) end) as score
    from ranked
    where is_free and place_for_entry = 1 and place_for_record = 1
)

select
    entry_id,
    record_id,
    feed,
    method,
    agreement,
    score,
    score < $assert_at as needs_review
from best
where score >= $bound
