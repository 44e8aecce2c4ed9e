-- step:     03 record
-- asks:     What does each case record say that can be compared?
-- vi:       Mỗi hồ sơ trên phần mềm cho biết gì để so khớp?
-- inputs:   case_record
-- grain:    record_id
-- params:   none
create or replace view record as
select
    record_id,
    feed,
    code_id,
    alias_id,
    code_repair is not null as is_repaired,
    unit_key,
    coalesce(received_on, code_on) as received_on,
    code_on,
    serial,
    applicant_id,
    procedure_id,
    phone,
    address_id,
    due_on,
    coalesce(finished_on, returned_on) as finished_on
from case_record
