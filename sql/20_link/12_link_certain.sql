-- step:     12 link_certain
-- asks:     How sure are the pairs that need no rival?
-- vi:       Các cặp trùng mã, trùng tên chắc đến đâu?
-- inputs:   scored
-- grain:    entry_id, feed
-- params:   $assert_at
create or replace table link as
select
    entry_id,
    record_id,
    feed,
    method,
    agreement,
    1 / (1 + pow(2, -weight)) as score,
    1 / (1 + pow(2, -weight)) < $assert_at as needs_review
from scored
where is_certain
