-- step:     05 event
-- asks:     What happened to each mismatch tonight?
-- vi:       Đêm nay mỗi sai lệch có gì mới?
-- inputs:   ledger, next_ledger
-- grain:    mismatch_id, event
-- params:   $today
create or replace table event as
select
    next_ledger.mismatch_id,
    $today as happened_on,
    case
        when ledger.mismatch_id is null then 'seen'
        when next_ledger.status <> ledger.status and next_ledger.status = 'open' then 'reopened'
        when next_ledger.status <> ledger.status then next_ledger.status
        when next_ledger.not_checkable_since is not null then 'not_checkable'
        else 'checkable'
    end as event
from next_ledger
left join ledger on next_ledger.mismatch_id = ledger.mismatch_id
where
    ledger.mismatch_id is null
    or next_ledger.status <> ledger.status
    or (next_ledger.not_checkable_since is null) <> (ledger.not_checkable_since is null)
