from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.catalogue import Procedure, read_catalogue
from pipeline.collect import Collected
from pipeline.errors import ConfigFault
from pipeline.init import CATALOGUE, CONFIG, initialise
from pipeline.notices import notices
from pipeline.reading import Reading
from pipeline.report.phrases import load_phrases
from pipeline.settings import load_settings
from tests.dossiers import AS_OF, case, line, reconciled

if TYPE_CHECKING:
    from pathlib import Path

    from tests.dossiers import World

HEADER = "Mã thủ tục,Tên thủ tục,Lĩnh vực,Số ngày giải quyết,Cơ quan giải quyết"
BIRTH = Procedure("1.001193", "Đăng ký khai sinh", "Hộ tịch", 1, "UBND xã")


def written(folder: Path, *lines: str) -> Path:
    path = folder / CATALOGUE
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_catalogue_is_read_with_what_it_leaves_open(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "# một chú thích, có dấu phẩy",
        HEADER,
        "1.001193,Đăng ký khai sinh,Hộ tịch,1,UBND xã",
        ",Đăng ký nhà,Đất đai,,",
    )
    assert read_catalogue(path) == (BIRTH, Procedure(None, "Đăng ký nhà", "Đất đai", None, None))


def test_columns_come_in_any_order_and_only_name_and_field_must_be_there(tmp_path: Path) -> None:
    assert read_catalogue(written(tmp_path, "Lĩnh vực;Tên thủ tục", "Hộ tịch;Đăng ký khai sinh"))[0].name == BIRTH.name


def test_all_faults_of_the_rows_are_told_at_once(tmp_path: Path) -> None:
    faulty = (HEADER, "1,A,X,1,", "1,a,X,ba,", "2,,X,,", "3,C,,,")
    with pytest.raises(ConfigFault) as told:
        read_catalogue(written(tmp_path, *faulty))
    message = told.value.message.partition(": ")[2]
    assert message.split("; ") == [
        "no name: row 4",
        "no field: row 5",
        "days are no number up to 1000: row 3",
        "a code that another row has: row 2, 3",
        "a name that another row has: row 2, 3",
    ]


def test_unknown_doubled_and_missing_columns_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault) as told:
        read_catalogue(written(tmp_path, "Tên thủ tục,Tên thủ tục,Mã", "a,b,c"))
    faults = "unknown columns: Mã; columns given twice: Tên thủ tục; missing columns: Lĩnh vực"
    assert told.value.message.endswith(faults)


def test_a_catalogue_that_is_not_there_needs_a_person(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="no such file"):
        read_catalogue(tmp_path / "danh_muc.csv")


def test_the_configuration_names_the_file_and_its_names_join_those_listed(tmp_path: Path) -> None:
    initialise(tmp_path)
    written(tmp_path, HEADER, "1.001193,Đăng ký khai sinh,Hộ tịch,1,UBND xã")
    (tmp_path / CONFIG).write_text(f'catalogue = "{CATALOGUE}"\nprocedures = ["Đăng ký nhà"]\n', encoding="utf-8")
    settings = load_settings(tmp_path / CONFIG)
    assert settings.catalogue == (BIRTH,)
    assert (settings.procedures, settings.fields) == (("Đăng ký nhà", "Đăng ký khai sinh"), ("Hộ tịch",))


def test_the_example_of_init_is_an_empty_catalogue(tmp_path: Path) -> None:
    initialise(tmp_path)
    assert read_catalogue(tmp_path / CATALOGUE) == ()


# what exports and catalogue do not share: the other half of M12


def unseen(world: World) -> list[str]:
    told = notices(world.con, Reading(Collected(), (), ()), AS_OF, load_settings(), load_phrases("vi"))
    return [notice for notice in told if notice.startswith("Danh mục")]


def test_procedures_that_no_export_names_are_told_in_one_note() -> None:
    known = case(1)["procedure_name"]
    world = reconciled([line()], [case(1)], procedures=(known, "Đăng ký nhà", "Đăng ký xe"))
    assert unseen(world) == [
        "Danh mục: 2 trên 3 thủ tục chưa thấy trong bản xuất nào của phần mềm: Đăng ký nhà; Đăng ký xe"
    ]


def test_a_long_note_is_cut() -> None:
    names = tuple(f"Thủ tục thứ {number:02}" for number in range(12))
    (told,) = unseen(reconciled([], [case(1)], procedures=names))
    assert told.endswith("Thủ tục thứ 09; ...")


@pytest.mark.parametrize("procedures", [(), (str(case(1)["procedure_name"]),)])
def test_without_a_catalogue_or_when_all_are_seen_there_is_no_note(procedures: tuple[str, ...]) -> None:
    assert unseen(reconciled([line()], [case(1)], procedures=procedures)) == []


def test_without_an_export_nothing_is_unseen() -> None:
    assert unseen(reconciled([line()], [], procedures=("Đăng ký nhà",))) == []
