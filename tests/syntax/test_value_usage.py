from __future__ import annotations

import pytest

from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.value_usage import is_used_as_value

# Whether TypeScript 5.9 keeps `import { Foo } from 'm'` in front of these when it drops what no value needs.
TYPES = (
    *(
        "",
        "f();",
        "// Foo\n/* Foo */",
        "'Foo'; `Foo`; /Foo/;",
        "x.Foo; x?.Foo; x['Foo'];",
        "({ Foo: 1 }); class A { Foo = 1; }",
    ),
    *("Food; aFoo; $Foo; Foo$; Foo_; éFoo; Fooé; Föo;", "<a Foo={1} />;"),
    # Annotations and declarations of types.
    *("let x: Foo;", "let x: Foo[] = [];", "let x: Map<string, Foo>;", "function f(x: Foo, ...y: Foo[]): Foo {}"),
    *("class A { x?: Foo; #y!: Foo; get z(): Foo {} constructor(private a: Foo) {} }", "type A = Foo | { x: Foo };"),
    *(
        "interface A extends Foo, B<Foo> { x: Foo }",
        "class A implements Foo, B<Foo> {}",
        "type A<T extends Foo = Foo> = T;",
    ),
    *(
        "type A = T extends Foo ? infer U : Foo;",
        "type A = { [K in Foo]: K };",
        "type A = Foo['x'];",
        "type A = keyof Foo;",
    ),
    *("type A = `a${Foo}`;", "type A = (x: Foo) => Foo;", "type A = new () => Foo;", "type A = readonly Foo[];"),
    *("let x: (y: unknown) => y is Foo;", "function f(x): asserts x is Foo {}", "declare function f(x: Foo): void;"),
    # In expressions, too.
    *("x as Foo;", "x as Foo as B;", "x satisfies Foo;", "f<Foo>();", "f<Foo>(x);", "new A<Foo>();", "f<Foo[]>(x);"),
    *(
        "f<B<Foo>>(x);",
        "x as unknown as B<Foo>;",
        "(x as Foo).y;",
        "class A extends B<Foo> {}",
        "const f = <T extends Foo>() => x;",
    ),
    *(
        "const f = async (x: Foo): Promise<Foo> => x;",
        "for (const x of y as Foo) {}",
        "catch_((e: Foo) => e);",
        "f<A, Foo>;",
    ),
    # `typeof` in a type.
    *(
        "let x: typeof Foo;",
        "let x: typeof Foo.a;",
        "let x: typeof Foo.a.b;",
        "type A = keyof typeof Foo;",
        "let x: typeof Foo<B>;",
    ),
    *(
        "type A = (typeof Foo)[number];",
        "type A = typeof Foo['a'];",
        "type A = typeof Foo.a['b'];",
        "type A = ReturnType<typeof Foo>;",
    ),
    *("f<typeof Foo>(x);", "x as typeof Foo;", "let x: B<typeof Foo.a>;"),
    # Namespaces.
    *(
        "let x: Foo.A;",
        "let x: Foo.A.B;",
        "let x: Foo.A<B>;",
        "class A implements Foo.B {}",
        "interface A extends Foo.B {}",
    ),
    # Exports of other things, and of types.
    *("export type { Foo };", "export type { Foo as B };", "export { type Foo };", "export { type Foo as B };"),
    *(
        "export { Foo } from 'x';",
        "export { x as Foo } from 'x';",
        "export { Foo as default } from 'x';",
        "export { x as Foo };",
    ),
    *("export type { Foo } from 'x';", "export type A = Foo;", "export interface A extends Foo {}"),
    # Parameter names of function types.
    *(
        "type A = (Foo: string) => void;",
        "interface A { x(Foo: string): void; [Foo: string]: unknown }",
        "type A = [Foo: string, Foo?: B];",
    ),
    *("declare function f(Foo: string): asserts Foo;", "declare function f(Foo: string): Foo is B;"),
    "import { Foo as B } from 'x';",
)

VALUES = (
    *(
        "Foo;",
        "Foo();",
        "F\\u006fo();",
        "f(\\u{46}oo);",
        "new Foo();",
        "new Foo<A>();",
        "Foo<A>(x);",
        "Foo?.();",
        "Foo`x`;",
        "x = Foo;",
        "x(Foo, ...Foo);",
        "await Foo;",
    ),
    *(
        "Foo.a;",
        "Foo.a.b();",
        "Foo?.a;",
        "Foo['a'];",
        "x[Foo];",
        "x.y[Foo.a];",
        "Foo!;",
        "Foo as A;",
        "Foo satisfies A;",
    ),
    *(
        "typeof Foo;",
        "typeof Foo === 'x';",
        "x instanceof Foo;",
        "Foo in x;",
        "delete Foo.a;",
        "void Foo;",
        "!Foo;",
        "Foo ? 1 : 2;",
    ),
    *(
        "`${Foo}`;",
        "`a${`b${Foo.a}`}`;",
        "({ Foo });",
        "({ a: Foo });",
        "({ [Foo]: 1 });",
        "({ ...Foo });",
        "[Foo];",
        "[...Foo];",
    ),
    *(
        "const x = Foo;",
        "const { a } = Foo;",
        "const [a = Foo] = x;",
        "const { a = Foo } = x;",
        "let x: Foo = Foo;",
        "let x: A = Foo.a;",
    ),
    *(
        "Foo.a = 1;",
        "Foo.a++;",
        "for (const x of Foo) {}",
        "if (Foo) {}",
        "switch (x) { case Foo: }",
        "throw Foo;",
        "() => Foo;",
    ),
    *(
        "function f(x = Foo) {}",
        "function f(x: Foo = Foo) {}",
        "function f({ a = Foo }) {}",
        "(x = Foo.a) => x;",
        "return_(Foo);",
    ),
    # Classes, decorators, enums.
    *(
        "class A extends Foo {}",
        "class A extends Foo<B> {}",
        "class A extends Foo.B {}",
        "class A extends mixin(Foo) {}",
    ),
    *(
        "class A { x = Foo; }",
        "class A { [Foo] = 1; }",
        "class A { static { Foo(); } }",
        "class A { constructor(private x = Foo) {} }",
    ),
    *(
        "@Foo class A {}",
        "@Foo() class A {}",
        "@Foo.a() class A {}",
        "class A { @Foo x; @Foo() y() {} z(@Foo() x) {} }",
    ),
    *("@B({ a: Foo }) class A {}", "enum A { B = Foo }", "enum A { B = Foo.a }"),
    # Exports.
    *(
        "export { Foo };",
        "export { Foo as B };",
        "export { Foo as default };",
        "export default Foo;",
        "export = Foo;",
        "export const x = Foo;",
    ),
    # Both a type and a value.
    *("let x: Foo = new Foo();", "const f = (x: Foo): Foo => Foo.of(x);", "type A = typeof Foo; Foo;", "f<Foo>(Foo);"),
    *("// Foo\nFoo;", "x['Foo'](Foo);", "éFoo; Foo;"),
)

TSX_TYPES = (
    "<A<Foo> />;",
    "<a Foo='x' />;",
    "<x.Foo />;",
    "<a>Foo</a>;",
    "<a x={y as Foo} />;",
    "const f = <T extends Foo,>(x: T) => x;",
)

TSX_VALUES = (
    *(
        "<Foo />;",
        "<Foo a={1}>x</Foo>;",
        "<Foo.A />;",
        "<Foo.A.B>x</Foo.A.B>;",
        "<Foo<A> />;",
        "<A x={Foo} />;",
        "<A {...Foo} />;",
    ),
    *("<A>{Foo}</A>;", "<A>{/* Foo */}{Foo.a}</A>;", "<><Foo /></>;", "const f = () => <Foo />;"),
)

# False positives, which are harmless.
TAKEN_FOR_USES = (
    *(
        "const Foo = 1;",
        "function Foo() {}",
        "function f() { const Foo = 1; return Foo; }",
        "(Foo: string) => Foo;",
        "Foo => 1;",
    ),
    *(
        "namespace Foo {}",
        "import A = Foo.B;",
        "type A = { [Foo]: string };",
        "declare class A extends Foo {}",
        "f<Foo>`x`;",
    ),
)


def uses(text: str, path: str, name: str = "Foo") -> bool:
    return is_used_as_value(parse(f"import {{ {name} }} from 'm';\n{text}\n".encode(), path), name)


@pytest.mark.parametrize("path", ["a.ts", "a.tsx"])
@pytest.mark.parametrize("text", TYPES)
def test_a_type_is_no_value(text: str, path: str) -> None:
    assert not uses(text, path)


@pytest.mark.parametrize("path", ["a.ts", "a.tsx"])
@pytest.mark.parametrize("text", [*VALUES, *TAKEN_FOR_USES])
def test_a_value_is_one(text: str, path: str) -> None:
    assert uses(text, path)


@pytest.mark.parametrize("text", TSX_TYPES)
def test_a_type_in_jsx_is_no_value(text: str) -> None:
    assert not uses(text, "a.tsx")


@pytest.mark.parametrize("text", TSX_VALUES)
def test_a_tag_is_a_value(text: str) -> None:
    assert uses(text, "a.tsx")


@pytest.mark.parametrize(
    ("name", "text", "used"),
    [
        ("$", "a$; $a; let x: $;", False),
        ("$", "$('x');", True),
        ("größe", "größer; let x: größe;", False),
        ("größe", "größe + 1;", True),
        ("a", "<a />;", False),  # an element of the platform
        ("a", "<a>x</a>;", False),
        ("a", "<a.b />;", True),
        ("a", "<b>{a}</b>;", True),
        ("type", "type A = 1;", False),
        ("type", "type(1);", True),
        ("of", "for (const x of y) {}", False),
    ],
)
def test_names_that_look_like_something_else(name: str, text: str, used: bool) -> None:
    assert uses(text, "a.tsx", name) == used


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("<Foo>x;", False),
        ("<Foo[]>[x];", False),
        ("<B>Foo;", True),
    ],
)
def test_a_cast_in_angle_brackets(text: str, used: bool) -> None:
    assert uses(text, "a.ts") == used


@pytest.mark.parametrize(
    "clause", ["{ Foo }", "{ type Foo }", "{ a as Foo }", "{ Foo as a }", "Foo", "Foo, { a }", "* as Foo", "a, { Foo }"]
)
def test_an_import_is_no_use(clause: str) -> None:
    assert not is_used_as_value(parse(f"import {clause} from 'm';\n".encode(), "a.ts"), "Foo")
    assert is_used_as_value(parse(f"import {clause} from 'm';\nFoo();\n".encode(), "a.ts"), "Foo")


def test_require_binds_a_name_and_does_not_use_it() -> None:
    assert not is_used_as_value(parse(b"import Foo = require('m');\nlet x: Foo;\n", "a.ts"), "Foo")
    assert is_used_as_value(parse(b"import Foo = require('m');\nFoo();\n", "a.ts"), "Foo")


@pytest.mark.parametrize("text", ["Foo( {", "class A { Foo(", "let x = Foo; ) } <<<<", "if (Foo {"])
def test_broken_code_errs_towards_a_use(text: str) -> None:
    assert uses(f"f(Foo);\n{text}", "a.ts")
