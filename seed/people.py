"""Invented people: names that anybody could have, phones that cannot ring, numbers nobody holds."""

from __future__ import annotations

import random
from datetime import date, timedelta

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
# The first ones are far more common, as in any Chinese list of names.
SURNAME_WEIGHTS = [60 / (8 + rank) for rank in range(len(SURNAMES))]
GIVEN_FIRST = "建国志文晓海永玉春秀明德金红小天宝俊立世雅思佳子国庆振兴光新学成家福长安丽淑桂雪梅"
GIVEN_SECOND = "华平军伟强勇杰涛明超刚鹏辉斌飞龙林东峰宁云霞芳娟敏静燕玲萍兰英莲花琴香霖宇轩涵怡欣悦文博"
GIVEN_ALONE = "伟强磊军洋勇杰涛超刚平辉鹏飞斌波宁娟敏静丽艳霞芳玲燕萍莉婷颖琳慧佳倩丹岩"

# GB 11643: the weights of the first 17 digits and the character for each remainder by 11.
CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"


def check_character(digits: str) -> str:
    """The 18th character of a citizen ID."""
    total = sum(weight * int(digit) for weight, digit in zip(CHECK_WEIGHTS, digits, strict=True))
    return CHECK_CHARACTERS[total % 11]


class People:
    """Hands out people who do not exist; within one register no phone or ID comes twice, nor in those that
    are made beside it."""

    def __init__(self, dice: random.Random, beside: People | None = None) -> None:
        self.dice = dice
        self._phones: set[str] = beside._phones if beside else set()
        self._citizen_ids: set[str] = beside._citizen_ids if beside else set()

    def name(self) -> str:
        surname = self.dice.choices(SURNAMES, SURNAME_WEIGHTS)[0]
        if self.dice.random() < 0.22:
            return surname + self.dice.choice(GIVEN_ALONE)
        first, second = self.dice.choice(GIVEN_FIRST), self.dice.choice(GIVEN_SECOND)
        return surname + first + second

    def phone(self) -> str:
        """Eleven digits that begin with 1003: no mobile number does, and no operator's service line."""
        while (phone := f"1003{self.dice.randrange(10**7):07d}") in self._phones:
            pass
        self._phones.add(phone)
        return phone

    def desk_phone(self) -> str:
        """A subscriber number that begins with 0 is assigned nowhere."""
        return f"0931-0{self.dice.randrange(10**6):06d}"

    def citizen_id(self) -> str:
        """The region 99xxxx exists nowhere; the check character is right all the same."""
        while True:
            born = date(1966, 1, 1) + timedelta(days=self.dice.randrange(36 * 365))
            region = f"99{self.dice.randrange(100):02d}{self.dice.randrange(1, 30):02d}"
            digits = f"{region}{born:%Y%m%d}{self.dice.randrange(1, 1000):03d}"
            if digits not in self._citizen_ids:
                self._citizen_ids.add(digits)
                return digits + check_character(digits)
