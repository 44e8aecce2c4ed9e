-- step:     07 compared
-- asks:     On what do the two sides of each pair agree? One level per comparison; 0 where a side is silent.
-- vi:       Hai bên của mỗi cặp giống, khác nhau ở những gì?
-- inputs:   entry, pair, record
-- grain:    entry_id, record_id
-- params:   none
create or replace table compared as
with level as (
select
    pair.entry_id,
    pair.record_id,
    record.feed,
    pair.is_certain,
    entry.is_repaired or record.is_repaired as is_repaired,
    record.unit_records,
    record.day_records,
    record.applicant_records,
    record.procedure_records,
    (case
        when entry.code_key is null then 0
        when entry.code_key = record.code_key then 1
        when levenshtein(entry.code_key, record.code_key) = 1 then 2
        -- two neighbours swapped are one mistake; all other measures are cheaper than the one that knows it
        when
            length(entry.code_key) = length(record.code_key)
            and levenshtein(entry.code_key, record.code_key) = 2
            and list_sort(string_split(right(entry.code_key, 11), '')) = list_sort(string_split(right(record.code_key, 11), ''))
            and damerau_levenshtein(entry.code_key, record.code_key) = 1
            then 2
        when entry.serial = record.serial and levenshtein(entry.code_key, record.code_key) <= 3 then 3
        else 4
    end)::integer as code,
    (case
        when entry.applicant_key is null or record.applicant_key is null then 0
        when entry.applicant_key = record.applicant_key then 1
        when levenshtein(entry.applicant_key, record.applicant_key) = 1 then 2
        when
            levenshtein(entry.applicant_key, record.applicant_key) = 2
            then case when damerau_levenshtein(entry.applicant_key, record.applicant_key) = 1 then 2 else 3 end
        when
            length(entry.applicant_key) = length(record.applicant_key)
            and list_sort(string_split(entry.applicant_key, ' ')) = list_sort(string_split(record.applicant_key, ' '))
            then 2
        -- a middle name dropped, or cut to an initial; the given name comes last
        when
            split_part(entry.applicant_key, ' ', -1) = split_part(record.applicant_key, ' ', -1)
            and left(entry.applicant_key, 1) = left(record.applicant_key, 1)
            and (
                list_has_all(string_split(record.applicant_key, ' '), string_split(entry.applicant_key, ' '))
                or list_has_all(string_split(entry.applicant_key, ' '), string_split(record.applicant_key, ' '))
                or list_bool_or(
                    list_transform(string_split(entry.applicant_key, ' '), lambda word: length(word) = 1)
                )
            )
            then 3
        else 4
    end)::integer as applicant,
    (case
        when entry.received_on is null or record.received_on is null then 0
        when entry.received_on = record.received_on then 1
        when abs(entry.received_on - record.received_on) = 1 then 2
        when
            year(entry.received_on) = year(record.received_on)
            and month(entry.received_on) = day(record.received_on)
            and day(entry.received_on) = month(record.received_on)
            then 3
        else 4
    end)::integer as received,
    (case
        when entry.due_on is null or record.due_on is null then 0
        when entry.due_on = record.due_on then 1
        when abs(entry.due_on - record.due_on) = 1 then 2
        else 4
    end)::integer as due,
    (case
        when entry.procedure_key is null or record.procedure_key is null then 0
        when entry.procedure_key = record.procedure_key then 1
        when
            list_has_all(string_split(record.procedure_key, ' '), string_split(entry.procedure_key, ' '))
            or list_has_all(string_split(entry.procedure_key, ' '), string_split(record.procedure_key, ' '))
            or jaro_winkler_similarity(entry.procedure_key, record.procedure_key) >= 0.9
            then 2
        else 4
    end)::integer as procedure,
    (case
        when entry.phone is null or record.phone is null then 0
        when entry.phone = record.phone then 1
        when levenshtein(entry.phone, record.phone) = 1 then 2
        when
            levenshtein(entry.phone, record.phone) = 2
            and damerau_levenshtein(entry.phone, record.phone) = 1
            then 2
        else 4
    end)::integer as phone,
    (case
        when entry.address_key is null or record.address_key is null then 0
        when entry.address_key = record.address_key then 1
        when
            list_has_all(string_split(record.address_key, ' '), string_split(entry.address_key, ' '))
            or list_has_all(string_split(entry.address_key, ' '), string_split(record.address_key, ' '))
            or jaro_winkler_similarity(entry.address_key, record.address_key) >= 0.9
            then 2
        else 4
    end)::integer as address,
    (case
        when entry.returned_on is null or record.finished_on is null then 0
        when entry.returned_on = record.finished_on then 1
        when entry.returned_on > record.finished_on then 2
        else 4
    end)::integer as returned
from pair
inner join entry on pair.entry_id = entry.entry_id
inner join record on pair.record_id = record.record_id
)

select
    *,
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
