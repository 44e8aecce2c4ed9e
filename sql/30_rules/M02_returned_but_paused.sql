-- rule:     M02 returned_but_paused
-- asks:     Is the dossier returned on paper and paused in the software?
-- vi:       Sổ ghi đã trả mà phần mềm đang tạm dừng, chờ bổ sung
-- inputs:   linked
-- grain:    entry_id, feed
-- params:   $as_of
-- rests_on: record
-- severity: medium
select
    entry_id,
    record_id,
    feed,
    needs_review,
    'medium' as severity,
    null::varchar as urgency,
    case when due_on >= $as_of then due_on end as close_by,
    [{
        phrase: 'paused',
        logbook: strftime(logbook_returned_on, '%d/%m/%Y'),
        software: null::varchar
    }] as detail
from linked
where
    logbook_returned_on is not null
    and state = 'paused'
