-- step:     27 unseen_procedure
-- asks:     Which procedures of the catalogue stand in no row of any case system?
-- vi:       Thủ tục nào của danh mục chưa thấy trên phần mềm nào?
-- inputs:   case_record, catalogue_procedure, procedure
-- grain:    procedure_key
-- params:   none
create or replace table unseen_procedure as
select
    catalogue_procedure.procedure_key,
    min(catalogue_procedure.procedure_name) as procedure_name
from catalogue_procedure
where
    exists (from case_record)
    and not exists (
        from case_record
        inner join procedure on case_record.procedure_id = procedure.procedure_id
        where procedure.procedure_key = catalogue_procedure.procedure_key
    )
group by catalogue_procedure.procedure_key
