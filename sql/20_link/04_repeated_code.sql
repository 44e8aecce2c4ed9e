-- step:     04 repeated_code
-- asks:     Which codes stand at several lines of the books (no feed), or at several records of a feed?
-- vi:       Mã nào ghi ở nhiều dòng sổ, hoặc ở nhiều hồ sơ của một phần mềm?
-- inputs:   entry, record
-- grain:    feed, code_id
-- params:   none
create or replace table repeated_code as
select
    feed,
    code_id
from record
where code_id is not null
group by feed, code_id
having count(*) > 1
union all by name
select
    null as feed,
    code_id
from entry
where code_id is not null
group by code_id
having count(*) > 1
