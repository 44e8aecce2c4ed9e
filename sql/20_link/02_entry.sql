-- step:     02 entry
-- asks:     What does each line say that can be compared, its code completed from the book's unit and the day?
-- vi:       Mỗi dòng sổ cho biết gì để so khớp?
-- inputs:   book_unit, logbook_entry, unit
-- grain:    entry_id
-- params:   none
create or replace table entry as
select
    logbook_entry.entry_id,
    book_unit.book_id,
    coalesce(
        logbook_entry.code_id,
        unit.first_code_id
        + (coalesce(logbook_entry.code_on, logbook_entry.received_on) - date '0001-01-01') * unit.codes_a_day
        + logbook_entry.serial
    ) as code_id,
    logbook_entry.code_id is null or logbook_entry.code_repair is not null as is_repaired,
    coalesce(book_unit.unit_key, logbook_entry.unit_key, book_unit.likely_unit_key) as unit_key,
    coalesce(logbook_entry.received_on, logbook_entry.code_on) as received_on,
    case when logbook_entry.code_id is null then book_unit.unit_key else logbook_entry.unit_key end as code_unit_key,
    logbook_entry.code_on,
    logbook_entry.serial,
    logbook_entry.applicant_id,
    logbook_entry.procedure_id,
    logbook_entry.phone,
    logbook_entry.address_id,
    logbook_entry.due_on,
    logbook_entry.returned_on,
    logbook_entry.field_name,
    logbook_entry.unit_key <> book_unit.unit_key as is_of_another_unit
from logbook_entry
left join book_unit
    on
        logbook_entry.file_id = book_unit.file_id
        and logbook_entry.book_no is not distinct from book_unit.book_no
left join unit on book_unit.unit_key = unit.unit_key
