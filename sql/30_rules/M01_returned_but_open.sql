-- rule:     M01 returned_but_open
-- asks:     Is the dossier returned on paper and still open in the software?
-- vi:       Sổ ghi đã trả mà phần mềm còn đang xử lý
-- inputs:   linked
-- grain:    entry_id, feed
-- params:   $as_of, $due_soon_until
-- rests_on: record
-- severity: high when past due, else medium
select
    entry_id,
    record_id,
    feed,
    needs_review,
    case when due_on < $as_of then 'high' else 'medium' end as severity,
    case
        when due_on < $as_of then 'overdue'
        when due_on = $as_of then 'due_today'
        when due_on <= $due_soon_until then 'due_soon'
        when due_on is not null then 'later'
    end as urgency,
    case when due_on >= $as_of then due_on end as close_by,
    [{
        phrase: case
            when due_on is null then 'open_without_due'
            when logbook_returned_on > due_on then 'open_returned_late'
            when due_on < $as_of then 'open_overdue'
            else 'open_savable'
        end,
        logbook: strftime(logbook_returned_on, '%d/%m/%Y'),
        software: strftime(due_on, '%d/%m/%Y')
    }] as detail
from linked
where
    logbook_returned_on is not null
    and state = 'open'
