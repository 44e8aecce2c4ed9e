-- step:     01 unit freshness
-- asks:     Of which units are all exports, and the books, young enough to speak of today, and none held at the gate?
-- vi:       Đơn vị nào có đủ bản xuất, có sổ, đều còn mới và không bị giữ lại?
-- inputs:   case_origin, entry, held_source, line_origin, record
-- grain:    unit_key
-- params:   none
create or replace table unit_freshness as
with feed_of_unit as (
    select
        record.unit_key,
        record.feed,
        bool_or(case_origin.is_fresh) as is_fresh
    from case_origin
    inner join record on case_origin.record_id = record.record_id
    group by record.unit_key, record.feed
),

case_side as (
    select
        unit_key,
        bool_and(is_fresh) as is_fresh
    from feed_of_unit
    group by unit_key
),

logbook_side as (
    select
        entry.unit_key,
        bool_or(line_origin.is_fresh) as is_fresh
    from line_origin
    inner join entry on line_origin.entry_id = entry.entry_id
    group by entry.unit_key
),

unit as (
    select
        coalesce(case_side.unit_key, logbook_side.unit_key) as unit_key,
        coalesce(case_side.is_fresh, false) as has_fresh_feeds,
        coalesce(logbook_side.is_fresh, false) as has_fresh_books
    from case_side
    full join logbook_side on case_side.unit_key is not distinct from logbook_side.unit_key
)

select
    unit.unit_key,
    unit.has_fresh_feeds and not exists (
        from held_source
        where
            not held_source.is_logbook
            and coalesce(held_source.unit_key, unit.unit_key) is not distinct from unit.unit_key
    ) as has_fresh_feeds,
    unit.has_fresh_books and not exists (
        from held_source
        where
            held_source.is_logbook and coalesce(held_source.unit_key, unit.unit_key) is not distinct from unit.unit_key
    ) as has_fresh_books
from unit
