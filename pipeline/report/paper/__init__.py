"""The paper that the office files: an official report as DOCX (NĐ 30/2020/NĐ-CP)."""
