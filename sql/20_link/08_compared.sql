-- step:     08 compared
-- asks:     On what do the two sides of each pair agree? One level per comparison; 0 where a side is silent.
-- vi:       Hai bên của mỗi cặp giống, khác nhau ở những gì?
-- inputs:   entry, pair, procedure_likeness, record
-- grain:    entry_id, record_id
-- params:   none
create or replace table compared as
with both_sides as (
    select
        pair.entry_id,
        pair.record_id,
        pair.is_certain,
        record.feed,
        record.applicant_key as record_applicant,
        record.procedure_key as record_procedure,
        record.phone as record_phone,
        record.address_key as record_address,
        entry.applicant_key as entry_applicant,
        entry.procedure_key as entry_procedure,
        entry.phone as entry_phone,
        entry.address_key as entry_address,
        entry.code_key as entry_code,
        record.code_key as record_code,
        entry.is_repaired or record.is_repaired as is_repaired,
        entry.serial = record.serial as is_same_serial,
        abs(entry.received_on - record.received_on) as received_apart,
        year(entry.received_on) = year(record.received_on)
        and month(entry.received_on) = day(record.received_on)
        and day(entry.received_on) = month(record.received_on) as is_received_swapped,
        abs(entry.due_on - record.due_on) as due_apart,
        entry.returned_on - record.finished_on as returned_after,
        -- distances only where the texts differ: 0 costs nothing
        case
            when entry.code_key = record.code_key then 0
            else levenshtein(entry.code_key, record.code_key)
        end as code_distance,
        case
            when entry.applicant_key = record.applicant_key then 0
            else levenshtein(entry.applicant_key, record.applicant_key)
        end as applicant_distance,
        case
            when entry.phone = record.phone then 0
            else levenshtein(entry.phone, record.phone)
        end as phone_distance,
        procedure_likeness.entry_procedure is not null as is_procedure_alike
    from pair
    inner join entry on pair.entry_id = entry.entry_id
    inner join record on pair.record_id = record.record_id
    left join procedure_likeness
        on
            entry.procedure_key = procedure_likeness.entry_procedure
            and record.procedure_key = procedure_likeness.record_procedure
),

level as (
    select
        *,
        case
            when code_distance is null then 0
            when code_distance = 0 then 1
            when code_distance = 1 then 2
            -- two neighbours swapped are one mistake; all other measures are cheaper than the one that knows it
            when
                code_distance = 2
                and length(entry_code) = length(record_code)
                and list_sort(string_split(right(entry_code, 11), ''))
                = list_sort(string_split(right(record_code, 11), ''))
                and damerau_levenshtein(entry_code, record_code) = 1
                then 2
            when code_distance <= 3 and is_same_serial then 3
            else 4
        end as code,
        case
            when applicant_distance is null then 0
            when applicant_distance = 0 then 1
            when applicant_distance = 1 then 2
            when applicant_distance = 2
                then case when damerau_levenshtein(entry_applicant, record_applicant) = 1 then 2 else 3 end
            when
                length(entry_applicant) = length(record_applicant)
                and list_sort(string_split(entry_applicant, ' ')) = list_sort(string_split(record_applicant, ' '))
                then 2
            -- a middle name dropped, or cut to an initial; the given name comes last
            when
                split_part(entry_applicant, ' ', -1) = split_part(record_applicant, ' ', -1)
                and left(entry_applicant, 1) = left(record_applicant, 1)
                and (
                    list_has_all(string_split(record_applicant, ' '), string_split(entry_applicant, ' '))
                    or list_has_all(string_split(entry_applicant, ' '), string_split(record_applicant, ' '))
                    or list_bool_or(
                        list_transform(string_split(entry_applicant, ' '), lambda word: length(word) = 1)
                    )
                )
                then 3
            else 4
        end as applicant,
        case
            when received_apart is null then 0
            when received_apart = 0 then 1
            when received_apart = 1 then 2
            when is_received_swapped then 3
            else 4
        end as received,
        case
            when due_apart is null then 0
            when due_apart = 0 then 1
            when due_apart = 1 then 2
            else 4
        end as due,
        case
            when entry_procedure is null or record_procedure is null then 0
            when entry_procedure = record_procedure then 1
            when is_procedure_alike then 2
            else 4
        end as procedure,
        case
            when phone_distance is null then 0
            when phone_distance = 0 then 1
            when phone_distance = 1 then 2
            when phone_distance = 2 and damerau_levenshtein(entry_phone, record_phone) = 1 then 2
            else 4
        end as phone,
        case
            when entry_address is null or record_address is null then 0
            when entry_address = record_address then 1
            when
                contains(record_address, entry_address)
                or contains(entry_address, record_address)
                or jaro_winkler_similarity(entry_address, record_address) >= 0.9
                then 2
            else 4
        end as address,
        case
            when returned_after is null then 0
            when returned_after = 0 then 1
            when returned_after > 0 then 2
            else 4
        end as returned
    from both_sides
)

select
    entry_id,
    record_id,
    feed,
    is_certain,
    is_repaired,
    code,
    applicant,
    received,
    due,
    procedure,
    phone,
    address,
    returned,
    (
        code
        + 8 * applicant
        + 64 * received
        + 512 * due
        + 4096 * procedure
        + 32768 * phone
        + 262144 * address
        + 2097152 * returned
    )::uinteger as agreement
from level
