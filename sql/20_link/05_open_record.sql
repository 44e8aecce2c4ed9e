-- step:     05 open_record
-- asks:     Which records has no certain line taken?
-- vi:       Hồ sơ nào trên phần mềm chưa có dòng sổ chắc chắn?
-- inputs:   certain, record
-- grain:    record_id
-- params:   $sound_pattern, $sounds
create or replace table open_record as
with heard as (
    select
        record_id,
        feed,
        code_key,
        alias_key,
        unit_key,
        received_on,
        code_on,
        serial,
        phone,
        -- letters that people confuse made one: names that sound alike are equal
        array_to_string(
            list_transform(
                regexp_extract_all(applicant_key, $sound_pattern), lambda sound: coalesce($sounds[sound], sound)
            ),
            ''
        ) as sound_key
    from record
    where not exists (from certain where certain.record_id = record.record_id)
)

select
    record_id,
    feed,
    code_key,
    alias_key,
    unit_key,
    received_on,
    code_on,
    serial,
    phone,
    sound_key,
    -- dossiers that one person brought that day
    count(*) over (partition by feed, unit_key, received_on, sound_key) as siblings
from heard
