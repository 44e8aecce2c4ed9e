-- step:     21 exchanged
-- asks:     Which two claims weigh more crosswise? What greedy took first may have cost more than it gave.
-- vi:       Hai cặp nào đổi chéo cho nhau thì hợp hơn?
-- inputs:   claimed, scored
-- grain:    entry_id, feed
-- params:   none
create or replace table claimed as
with claim as materialized (
    select scored.*
    from claimed
    inner join scored on claimed.entry_id = scored.entry_id and claimed.record_id = scored.record_id
),

crosswise as (
    select
        one.entry_id as one_entry,
        one.record_id as one_record,
        other.entry_id as other_entry,
        other.record_id as other_record,
        one.feed,
        one_to_other.weight as one_weight,
        other_to_one.weight as other_weight,
        one_to_other.weight + other_to_one.weight - one.weight - other.weight as heavier,
        one.by_place + other.by_place - one_to_other.by_place - other_to_one.by_place as for_place,
        one.book_id = other.book_id and one.code_on = other.code_on as is_one_day,
        (one.line_at - other.line_at) * (one.serial - other.serial) as in_order
    from claim as one
    inner join scored as one_to_other
        on one.entry_id = one_to_other.entry_id and one.feed = one_to_other.feed
    inner join claim as other
        on one_to_other.record_id = other.record_id and one.entry_id < other.entry_id
    inner join scored as other_to_one
        on other.entry_id = other_to_one.entry_id and one.record_id = other_to_one.record_id
),

weighed as (
    select
        *,
        -- as step 22 weighs an exchange
        heavier
        + coalesce(
            case when is_one_day then for_place - greatest(-6, least(6, in_order)) else for_place / 2 end, 0
        ) as gain
    from crosswise
),

involved as (
    select
        one_entry as entry_id,
        one_entry,
        other_entry,
        feed,
        gain
    from weighed
    where gain > 1e-6
    union all by name
    select
        other_entry as entry_id,
        one_entry,
        other_entry,
        feed,
        gain
    from weighed
    where gain > 1e-6
),

chosen as (
    -- the best for both: no line takes part in two exchanges at once
    select
        one_entry,
        other_entry,
        feed
    from involved
    qualify
        row_number() over (
            partition by feed, entry_id
            order by gain desc, one_entry asc, other_entry asc
        ) = 1
),

agreed as (
    select weighed.*
    from weighed
    inner join chosen
        on
            weighed.one_entry = chosen.one_entry
            and weighed.other_entry = chosen.other_entry
            and weighed.feed = chosen.feed
    group by all
    having count(*) = 2
)

select
    entry_id,
    record_id,
    feed,
    weight
from claimed
where
    not exists (
        from agreed
        where
            agreed.feed = claimed.feed
            and (agreed.one_entry = claimed.entry_id or agreed.other_entry = claimed.entry_id)
    )
union all by name
select
    one_entry as entry_id,
    other_record as record_id,
    feed,
    one_weight as weight
from agreed
union all by name
select
    other_entry as entry_id,
    one_record as record_id,
    feed,
    other_weight as weight
from agreed
