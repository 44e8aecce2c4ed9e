-- rule:     M07 late_only_in_software
-- asks:     Was the dossier returned on paper in time, yet finished in the software after its due date?
-- vi:       Trả đúng hẹn trên sổ nhưng phần mềm ghi kết thúc trễ hẹn
-- inputs:   linked
-- grain:    entry_id, feed
-- params:   $as_of
-- rests_on: none
-- severity: info: the harm that can no longer be undone
select
    entry_id,
    record_id,
    feed,
    needs_review,
    'info' as severity,
    null::varchar as urgency,
    null::date as close_by,
    [{
        phrase: 'late_only_in_software',
        logbook: strftime(logbook_returned_on, '%d/%m/%Y'),
        software: strftime(coalesce(case_finished_on, case_returned_on), '%d/%m/%Y')
    }] as detail
from linked
where
    logbook_returned_on <= due_on
    and coalesce(case_finished_on, case_returned_on) > due_on
    and coalesce(case_finished_on, case_returned_on) <= $as_of
    and state in ('closed', 'done')
