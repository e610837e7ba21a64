from ninja import Router

router = Router()


@router.get("")
def everything(request, user: str): ...


@router.get("{int:pk}/")
def one(request, user: str, pk: int): ...
