-- step:     25 linked
-- asks:     What do book and software say side by side of each linked dossier, as of the business date?
-- vi:       Sổ và phần mềm nói gì về mỗi hồ sơ đã khớp?
-- inputs:   case_record, link, logbook_entry
-- grain:    entry_id, feed
-- params:   $as_of
create or replace table linked as
select
    link.entry_id,
    link.record_id,
    link.feed,
    link.method,
    link.needs_review,
    link.agreement // 8 % 8 as applicant_level,
    -- 5 differs as well, only that nobody knows what the book's words mean
    case when link.agreement // 4096 % 8 = 5 then 4 else link.agreement // 4096 % 8 end as procedure_level,
    case_record.state,
    case_record.is_interlinked,
    logbook_entry.received_on as logbook_received_on,
    case_record.received_on as case_received_on,
    logbook_entry.due_on as logbook_due_on,
    case_record.due_on as case_due_on,
    coalesce(case_record.due_on, logbook_entry.due_on) as due_on,
    -- what happened after the business date has not happened yet
    case when logbook_entry.returned_on <= $as_of then logbook_entry.returned_on end as logbook_returned_on,
    case_record.returned_on as case_returned_on,
    case_record.finished_on as case_finished_on
from link
inner join logbook_entry on link.entry_id = logbook_entry.entry_id
inner join case_record on link.record_id = case_record.record_id
