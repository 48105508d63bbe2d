from io import StringIO

from seed import __main__ as command
from seed.progress import Progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_one_bar_that_moves():
    screen = Terminal()
    progress = Progress(screen)
    for done in range(0, 1001):
        progress.at("正在生成事件", done, 1000)
    shown = screen.getvalue()
    assert "正在生成事件" in shown
    assert " 45%" in shown
    assert shown.count("\r") == 101
    assert shown.count("\n") == 1


def test_a_log_file_gets_a_few_lines():
    file = StringIO()
    progress = Progress(file)
    for done in range(1, 1001):
        progress.at("正在生成事件", done, 1000)
    assert file.getvalue().splitlines()[-1] == "正在生成事件 100%"
    assert len(file.getvalue().splitlines()) == 5


def test_who_interrupts_is_told_that_nothing_stayed(sqlite_database, monkeypatch, capsys):
    def interrupt(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "fill", interrupt)
    assert command.main([]) == 130
    assert "已中断" in capsys.readouterr().err
