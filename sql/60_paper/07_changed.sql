-- step:     07 changed
-- asks:     How many mismatches of each rule were found in the period, and how many put right?
-- vi:       Trong kỳ mỗi quy tắc phát hiện và xử lý được bao nhiêu sai lệch?
-- inputs:   mismatch, mismatch_event
-- grain:    rule_id
-- params:   $begin, $until
create or replace table changed as
select
    mismatch.rule_id,
    (
        count(distinct mismatch.mismatch_id) filter (where mismatch_event.event in ('seen', 'reopened'))
    )::integer as found,
    (count(distinct mismatch.mismatch_id) filter (where mismatch_event.event = 'resolved'))::integer as fixed
from mismatch_event
inner join mismatch on mismatch_event.mismatch_id = mismatch.mismatch_id
where
    mismatch_event.happened_on between $begin and $until
    and not coalesce(mismatch.needs_review, false)
group by mismatch.rule_id
