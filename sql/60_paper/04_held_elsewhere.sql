-- step:     04 held_elsewhere
-- asks:     Which dossiers does another agency hold (liên thông), and for how many working days since receipt?
-- vi:       Hồ sơ liên thông nào cơ quan khác còn giữ, đã bao nhiêu ngày làm việc từ ngày tiếp nhận?
-- inputs:   dossier, working_day
-- grain:    record_id
-- params:   $until
create or replace table held_elsewhere as
select
    dossier.record_id,
    dossier.field_name,
    dossier.procedure_name,
    dossier.agency,
    dossier.received_on,
    dossier.due_on,
    (today.working_days - receipt.working_days)::integer as days_held,
    case
        when dossier.due_on < $until then (today.working_days - due.working_days)::integer
    end as days_overdue
from dossier
inner join working_day as today on today.day = $until
inner join working_day as receipt on dossier.received_on = receipt.day
left join working_day as due on dossier.due_on = due.day
where
    dossier.is_interlinked
    and dossier.state = 'open'
    and dossier.book_solved_on is null
