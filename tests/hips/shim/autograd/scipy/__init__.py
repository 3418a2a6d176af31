"""SciPy as HIPS autograd wraps it: SciPy's ufuncs themselves, and formulas made of them where SciPy asks nobody."""
