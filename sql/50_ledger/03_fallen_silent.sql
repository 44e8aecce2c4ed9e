-- step:     03 fallen silent
-- asks:     Why does an open mismatch no longer show? Resolved needs a positive sighting; absence resolves nothing.
-- vi:       Vì sao sai lệch đang mở không còn thấy: đã xử lý, hết căn cứ, hay chưa kiểm tra được?
-- inputs:   case_origin, case_record, ledger, line_origin, link, linked, tonight, unit_freshness
-- grain:    mismatch_id
-- params:   none
create or replace table fallen_silent as
with silent as (
    select ledger.*
    from ledger
    where ledger.status = 'open' and not exists (from tonight where tonight.mismatch_id = ledger.mismatch_id)
),

record_now as (
    select
        case_origin.feed,
        case_origin.subject,
        bool_and(case_origin.is_fresh) as is_fresh,
        bool_and(case_record.state in ('closed', 'withdrawn', 'refused')) as is_closed,
        bool_and(case_record.state in ('closed', 'withdrawn', 'refused', 'done')) as is_done,
        coalesce(bool_or(not link.needs_review), false) as is_linked,
        coalesce(bool_or(linked.logbook_returned_on is not null and not linked.needs_review), false) as is_returned
    from case_origin
    inner join case_record on case_origin.record_id = case_record.record_id
    left join link on case_origin.record_id = link.record_id
    left join linked on case_origin.record_id = linked.record_id
    group by case_origin.feed, case_origin.subject
),

line_now as (
    select
        line_origin.subject,
        coalesce(bool_or(not link.needs_review), false) as is_linked
    from line_origin
    left join link on line_origin.entry_id = link.entry_id
    group by line_origin.subject
),

seen as (
    select
        silent.mismatch_id,
        record_now.is_fresh is not null as has_record,
        coalesce(record_now.is_fresh, unit_freshness.has_fresh_feeds, unit_freshness.has_fresh_books, false)
            as is_fresh,
        case
            when silent.rule_id in ('M01', 'M02') then record_now.is_done
            when silent.rule_id in ('M03', 'M13') then record_now.is_closed
            when silent.rule_id = 'M04' then record_now.is_returned
            when silent.rule_id = 'M05' then line_now.is_linked
            when silent.rule_id = 'M06' then record_now.is_linked
            when silent.rule_id = 'M07' then false
            -- of words and differences: what it was about is there and differs no more
            else silent.severity = 'config' or record_now.subject is not null or line_now.subject is not null
        end as is_put_right
    from silent
    left join record_now on silent.record_subject = record_now.subject and silent.feed = record_now.feed
    left join line_now on silent.line_subject = line_now.subject
    left join unit_freshness on silent.unit_key is not distinct from unit_freshness.unit_key
)

select
    mismatch_id,
    case
        when not is_fresh then 'not_checkable'
        when is_put_right then 'resolved'
        else 'withdrawn'
    end as verdict
from seen
