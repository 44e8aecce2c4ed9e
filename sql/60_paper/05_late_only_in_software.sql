-- step:     05 late_only_in_software
-- asks:     Which dossiers are late by the software's word alone, with the day and line of the book that prove it?
-- vi:       Hồ sơ nào bị tính quá hạn chỉ vì phần mềm, sổ ghi trả ngày nào, ở dòng nào?
-- inputs:   dossier
-- grain:    record_id
-- params:   $begin, $until
create or replace table late_only_in_software as
select
    record_id,
    entry_id,
    field_name,
    due_on,
    book_returned_on,
    software_solved_on
from dossier
where
    book_solved_on <= due_on
    and state not in ('paused', 'withdrawn')
    and (
        (software_solved_on is null and due_on < $until)
        or (software_solved_on > due_on and software_solved_on >= $begin)
    )
