-- step:     06 pair
-- asks:     Which pairs are compared: the certain ones and the candidates?
-- vi:       Những cặp nào được đem so?
-- inputs:   candidate, certain
-- grain:    entry_id, record_id
-- params:   none
create or replace table pair as
select
    entry_id,
    record_id,
    true as is_certain
from certain
union all by name
select
    entry_id,
    record_id,
    false as is_certain
from candidate
