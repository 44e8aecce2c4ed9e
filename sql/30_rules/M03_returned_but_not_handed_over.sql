-- rule:     M03 returned_but_not_handed_over
-- asks:     Is the dossier returned on paper while the software still waits for the hand-over?
-- vi:       Sổ ghi đã trả mà phần mềm còn chờ trả kết quả
-- inputs:   linked
-- grain:    entry_id, feed
-- params:   none
-- rests_on: record
-- severity: low
select
    entry_id,
    record_id,
    feed,
    needs_review,
    'low' as severity,
    null::varchar as urgency,
    null::date as close_by,
    [{
        phrase: 'not_handed_over',
        logbook: strftime(logbook_returned_on, '%d/%m/%Y'),
        software: null::varchar
    }] as detail
from linked
where
    logbook_returned_on is not null
    and state = 'done'
