-- step:     18 hopeful
-- asks:     Which free pairs would pass the bound if they had no rival? Without any, looking again finds nothing.
-- vi:       Còn cặp nào đáng xét?
-- inputs:   assigned, scored
-- grain:    entry_id, record_id
-- params:   $bound
create or replace table hopeful as
select
    entry_id,
    record_id
from scored
where
    weight >= $bound
    and not exists (
        from assigned
        where assigned.entry_id = scored.entry_id and assigned.feed = scored.feed
    )
    and not exists (from assigned where assigned.record_id = scored.record_id)
