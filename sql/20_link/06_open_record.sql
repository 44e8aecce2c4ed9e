-- step:     06 open_record
-- asks:     Which records has no certain line taken?
-- vi:       Hồ sơ nào trên phần mềm chưa có dòng sổ chắc chắn?
-- inputs:   applicant, certain, record
-- grain:    record_id
-- params:   none
create or replace table open_record as
with free as (
    select *
    from record
    where not exists (from certain where certain.record_id = record.record_id)
)

select
    free.record_id,
    free.feed,
    free.code_id,
    free.alias_id,
    free.unit_key,
    free.received_on,
    free.code_on,
    free.serial,
    free.phone,
    free.procedure_id,
    applicant.sound_id,
    applicant.given_sound_id,
    -- dossiers that one person brought that day
    count(*) over (partition by free.feed, free.unit_key, free.received_on, applicant.sound_id) as siblings
from free
left join applicant on free.applicant_id = applicant.applicant_id
