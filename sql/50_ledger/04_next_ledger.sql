-- step:     04 next ledger
-- asks:     What does the ledger say after this night?
-- vi:       Sổ sai lệch sau đêm nay ghi gì?
-- inputs:   fallen_silent, ledger, tonight
-- grain:    mismatch_id
-- params:   $today
create or replace table next_ledger as
with told as (
    select *
    from tonight
    where is_checkable
),

seen as (
    select
        told.* exclude (is_checkable),
        'open' as status,
        coalesce(ledger.first_seen_on, $today) as first_seen_on,
        $today as last_seen_on,
        null::date as not_checkable_since,
        null::date as resolved_on,
        coalesce(ledger.times_reopened, 0) + (coalesce(ledger.status, 'open') = 'resolved')::int as times_reopened
    from told
    left join ledger on told.mismatch_id = ledger.mismatch_id
),

frozen as (
    select
        ledger.* replace (
            case when ledger.status = 'open' then coalesce(ledger.not_checkable_since, $today) end
                as not_checkable_since
        )
    from ledger
    inner join tonight on ledger.mismatch_id = tonight.mismatch_id
    where not tonight.is_checkable
),

silent as (
    select
        ledger.* replace (
            case when fallen_silent.verdict = 'not_checkable' then 'open' else fallen_silent.verdict end as status,
            case when fallen_silent.verdict <> 'not_checkable' then $today end as resolved_on,
            case
                when fallen_silent.verdict = 'not_checkable' then coalesce(ledger.not_checkable_since, $today)
            end as not_checkable_since
        )
    from ledger
    inner join fallen_silent on ledger.mismatch_id = fallen_silent.mismatch_id
),

past as (
    select ledger.*
    from ledger
    where
        ledger.status <> 'open'
        and not exists (from tonight where tonight.mismatch_id = ledger.mismatch_id)
)

from seen
union all by name
from frozen
union all by name
from silent
union all by name
from past
