-- step:     22 assigned
-- asks:     How much speaks for each claim against every exchange with a rival, who would have to give up a claim?
-- vi:       Cặp nào vẫn hợp hơn mọi cách hoán đổi với cặp khác?
-- inputs:   claimed, scored
-- grain:    entry_id, feed
-- params:   $considered_at
create or replace table assigned as
with claim as materialized (
    select
        scored.*,
        -- one name, day and procedure
        (scored.agreement >> 3) & 7 in (1, 5)
        and (scored.agreement >> 6) & 7 = 1
        and (scored.agreement >> 12) & 7 in (0, 1, 2, 3) as is_of_person
    from claimed
    inner join scored on claimed.entry_id = scored.entry_id and claimed.record_id = scored.record_id
),

rival as (
    -- alike: nothing tells the two records apart; 29176 is the bits of applicant, day of receipt and procedure
    -- the line with another record, whose own line must then take this record or none
    select
        own.entry_id,
        own.record_id,
        true as is_of_entry,
        other.agreement & 29176 = own.agreement & 29176 and own.is_of_person as is_alike,
        other.weight,
        holder.weight as holder_weight,
        swapped.weight as swapped_weight,
        own.by_place + holder.by_place - other.by_place - swapped.by_place as for_place,
        own.book_id = holder.book_id and own.code_on = holder.code_on as is_one_day,
        (own.line_at - holder.line_at) * (own.serial - holder.serial) as in_order
    from claim as own
    inner join scored as other
        on
            own.entry_id = other.entry_id
            and own.feed = other.feed
            and own.record_id <> other.record_id
            and not other.is_taken
    left join claim as holder on other.record_id = holder.record_id
    left join scored as swapped on holder.entry_id = swapped.entry_id and own.record_id = swapped.record_id
    union all by name
    -- the record with another line, whose own record must then take this line or none
    select
        own.entry_id,
        own.record_id,
        false as is_of_entry,
        other.agreement & 29176 = own.agreement & 29176 and own.is_of_person as is_alike,
        other.weight,
        holder.weight as holder_weight,
        swapped.weight as swapped_weight,
        own.by_place + holder.by_place - other.by_place - swapped.by_place as for_place,
        own.book_id = holder.book_id and own.code_on = holder.code_on as is_one_day,
        (own.line_at - holder.line_at) * (own.serial - holder.serial) as in_order
    from claim as own
    inner join scored as other on own.record_id = other.record_id and own.entry_id <> other.entry_id
    left join claim as holder on other.entry_id = holder.entry_id and own.feed = holder.feed
    left join scored as swapped on own.entry_id = swapped.entry_id and holder.record_id = swapped.record_id
),

weakened as (
    select
        entry_id,
        record_id,
        is_of_entry,
        is_alike,
        pow(
            2,
            weight
            -- a rival is as strong as it is over what its holder would lose
            - greatest(0, coalesce(holder_weight - log2(1 + pow(2, coalesce(swapped_weight, -50))), 0))
            -- of one day's lines their order says all that their places do; of other lines the neighbours speak once
            + coalesce(
                case when is_one_day then for_place - greatest(-6, least(6, in_order)) else for_place / 2 end, 0
            )
        ) as odds
    from rival
),

exchange as (
    select
        entry_id,
        record_id,
        sum(odds) filter (where is_of_entry) as odds_for_entry,
        sum(odds) filter (where not is_of_entry) as odds_for_record,
        -- dossiers that nothing tells apart are no doubt about the person: of them one is a rival
        coalesce(sum(odds) filter (where is_of_entry and not is_alike), 0)
        + coalesce(max(odds) filter (where is_of_entry and is_alike), 0) as person_odds_for_entry,
        coalesce(sum(odds) filter (where not is_of_entry and not is_alike), 0)
        + coalesce(max(odds) filter (where not is_of_entry and is_alike), 0) as person_odds_for_record
    from weakened
    group by entry_id, record_id
),

weighed as (
    select
        claim.*,
        -- two lines with one code are one dossier written twice (M10), not rivals for its record
        claim.weight - log2(
            1
            + greatest(
                coalesce(exchange.odds_for_entry, 0),
                case when claim.is_same_code then 0 else coalesce(exchange.odds_for_record, 0) end
            )
        ) as bits,
        claim.weight - log2(
            1
            + greatest(
                coalesce(exchange.person_odds_for_entry, 0),
                case when claim.is_same_code then 0 else coalesce(exchange.person_odds_for_record, 0) end
            )
        ) as person_bits
    from claim
    left join exchange on claim.entry_id = exchange.entry_id and claim.record_id = exchange.record_id
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
    person_bits
from weighed
where person_bits >= $considered_at
