-- rule:     M13 open_near_due
-- asks:     Is the dossier open in book and software, and overdue or due within the next working days?
-- vi:       Chưa trả, chưa kết thúc, đã quá hạn hoặc sắp đến hạn
-- inputs:   case_record, linked
-- grain:    entry_id, feed
-- params:   $as_of, $due_soon_until
-- rests_on: record, books
-- severity: work_list; interlinked dossiers (liên thông) are told with the agency that holds them
select
    linked.entry_id,
    linked.record_id,
    linked.feed,
    linked.needs_review,
    'work_list' as severity,
    case
        when linked.due_on < $as_of then 'overdue'
        when linked.due_on = $as_of then 'due_today'
        else 'due_soon'
    end as urgency,
    case when linked.due_on >= $as_of then linked.due_on end as close_by,
    [{
        phrase: case
            when linked.is_interlinked and case_record.agency is null then 'near_due_interlinked_somewhere'
            when linked.is_interlinked then 'near_due_interlinked'
            else 'near_due'
        end,
        logbook: case_record.agency,
        software: strftime(linked.due_on, '%d/%m/%Y')
    }] as detail
from linked
inner join case_record on linked.record_id = case_record.record_id
where
    linked.logbook_returned_on is null
    and linked.state = 'open'
    and linked.due_on <= $due_soon_until
