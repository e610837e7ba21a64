from django import forms

from .models import Product


class AddToCartForm(forms.Form):
    product = forms.ModelChoiceField(Product.objects.all())
    quantity = forms.IntegerField(min_value=1, max_value=99, initial=1)


class CheckoutForm(forms.Form):
    email = forms.EmailField(label="E-mail")


class UploadForm(forms.Form):
    file = forms.FileField()
