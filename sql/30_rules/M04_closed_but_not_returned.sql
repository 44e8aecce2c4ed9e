-- rule:     M04 closed_but_not_returned
-- asks:     Is the dossier closed in the software while the book has no day of return?
-- vi:       Phần mềm đã kết thúc mà sổ chưa ghi ngày trả
-- inputs:   linked
-- grain:    entry_id, feed
-- params:   $as_of
-- rests_on: books
-- severity: medium
select
    entry_id,
    record_id,
    feed,
    needs_review,
    'medium' as severity,
    null::varchar as urgency,
    null::date as close_by,
    [{
        phrase: case
            when coalesce(case_returned_on, case_finished_on) is null then 'closed_without_day'
            else 'closed_without_return'
        end,
        logbook: null::varchar,
        software: strftime(coalesce(case_returned_on, case_finished_on), '%d/%m/%Y')
    }] as detail
from linked
where
    logbook_returned_on is null
    and state = 'closed'
    and coalesce(case_returned_on, case_finished_on, $as_of) <= $as_of
    and coalesce(case_received_on, logbook_received_on, $as_of) <= $as_of
