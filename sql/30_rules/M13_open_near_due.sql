-- rule:     M13 open_near_due
-- asks:     Is the dossier open in book and software, and overdue or due within the next working days?
-- vi:       Chưa trả, chưa kết thúc, đã quá hạn hoặc sắp đến hạn
-- inputs:   linked
-- grain:    entry_id, feed
-- params:   $as_of, $due_soon_until
-- rests_on: record, books
-- severity: work_list; interlinked dossiers (liên thông) are told with the agency that holds them
select
    entry_id,
    record_id,
    feed,
    needs_review,
    'work_list' as severity,
    case
        when due_on < $as_of then 'overdue'
        when due_on = $as_of then 'due_today'
        else 'due_soon'
    end as urgency,
    case when due_on >= $as_of then due_on end as close_by,
    [{
        phrase: case
            when is_interlinked and agency is null then 'near_due_interlinked_somewhere'
            when is_interlinked then 'near_due_interlinked'
            else 'near_due'
        end,
        logbook: agency,
        software: strftime(due_on, '%d/%m/%Y')
    }] as detail
from linked
where
    logbook_returned_on is null
    and state = 'open'
    and due_on <= $due_soon_until
